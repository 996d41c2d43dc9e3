# SPDX-License-Identifier: BSD-2-Clause
# Libraries and programs. LIBS and DEPS are CMake targets (op25b_base, PkgConfig::YAML, m).

# op25b_library(base SRCS a.c b.c DEPS ...): static libop25b_base.a, target op25b_base.
function(op25b_library name)
	cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SRCS;DEPS")
	if(arg_SRCS)
		add_library(op25b_${name} STATIC ${arg_SRCS})
		target_link_libraries(op25b_${name} PUBLIC op25b_compile ${arg_DEPS})
	else()
		add_library(op25b_${name} INTERFACE)
		target_link_libraries(op25b_${name} INTERFACE op25b_compile ${arg_DEPS})
	endif()
endfunction()

# op25b_program(op25b SRCS ... LIBS ...): build/<preset>/bin/op25b, installed to bin or,
# with SBIN, to sbin; with BUILD_ONLY nowhere.
function(op25b_program name)
	cmake_parse_arguments(PARSE_ARGV 1 arg "SBIN;BUILD_ONLY" "" "SRCS;LIBS")
	set(target ${name})
	add_executable(${target} ${arg_SRCS})
	target_link_libraries(${target} PRIVATE op25b_compile ${arg_LIBS})
	set_target_properties(${target} PROPERTIES
		RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
	if(arg_SBIN)
		install(TARGETS ${target} RUNTIME DESTINATION ${CMAKE_INSTALL_SBINDIR})
	elseif(NOT arg_BUILD_ONLY)
		install(TARGETS ${target} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
	endif()
endfunction()
