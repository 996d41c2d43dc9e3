# SPDX-License-Identifier: BSD-2-Clause
# Language, warnings and the flags of each flavour (OP25B_FLAVOUR, set by the presets).
# Asserts stay on in every flavour: they guard invariants, and a refusal system that goes on
# with a broken one is worse than one that stops (enforcement itself lives in the kernel).

set(OP25B_FLAVOUR release CACHE STRING "debug, release, coverage or fuzz")
option(OP25B_WERROR "Treat warnings as errors" ON)

set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_C_VISIBILITY_PRESET hidden)

add_library(op25b_compile INTERFACE)
target_compile_definitions(op25b_compile INTERFACE
	_GNU_SOURCE OP25B_VERSION="${PROJECT_VERSION}")
target_include_directories(op25b_compile INTERFACE
	${CMAKE_SOURCE_DIR}/include ${CMAKE_SOURCE_DIR}/src ${CMAKE_SOURCE_DIR})
target_compile_options(op25b_compile INTERFACE
	-Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes
	-Wold-style-definition -Wundef -Wvla -Wformat=2 -Wpointer-arith -Wwrite-strings
	-fno-strict-aliasing -fno-common
	$<$<BOOL:${OP25B_WERROR}>:-Werror>)

set(sanitize -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)

if(OP25B_FLAVOUR STREQUAL "debug")
	target_compile_options(op25b_compile INTERFACE -O1 -g ${sanitize})
	target_link_options(op25b_compile INTERFACE ${sanitize})
elseif(OP25B_FLAVOUR STREQUAL "release")
	target_compile_options(op25b_compile INTERFACE
		-O2 -g -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
		-ffile-prefix-map=${CMAKE_SOURCE_DIR}=.
		-fstack-protector-strong -fstack-clash-protection
		$<$<STREQUAL:${CMAKE_SYSTEM_PROCESSOR},x86_64>:-fcf-protection>)
	target_link_options(op25b_compile INTERFACE -pie -Wl,-z,relro,-z,now,-z,noexecstack)
elseif(OP25B_FLAVOUR STREQUAL "coverage")
	target_compile_options(op25b_compile INTERFACE -O0 -g --coverage -fprofile-update=atomic)
	target_link_options(op25b_compile INTERFACE --coverage)
elseif(OP25B_FLAVOUR STREQUAL "fuzz")
	# fuzzer-no-link everywhere; only the fuzz targets link libFuzzer's main.
	target_compile_options(op25b_compile INTERFACE
		-O1 -g ${sanitize} -fsanitize=fuzzer-no-link)
	target_link_options(op25b_compile INTERFACE ${sanitize})
else()
	message(FATAL_ERROR "OP25B_FLAVOUR=${OP25B_FLAVOUR}: debug, release, coverage or fuzz")
endif()
