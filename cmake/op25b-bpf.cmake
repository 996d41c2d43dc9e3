# SPDX-License-Identifier: BSD-2-Clause
# BPF objects: C -> object with BTF -> object without DWARF -> skeleton header.
# No vmlinux.h: the programs use the kernel's uapi headers only, so that a build needs no
# kernel. Every step's errors reach the terminal and stop the build.

# op25b_bpf_object(gate gate.bpf.c [DEFINES X=1 ...]): target op25b_bpf_gate, which gives its
# users "gate.skel.h"; the object stands in build/<preset>/bpf/gate.bpf.o.
function(op25b_bpf_object name source)
	cmake_parse_arguments(PARSE_ARGV 2 arg "" "" "DEFINES")
	set(out ${CMAKE_BINARY_DIR}/bpf)
	set(skeletons ${CMAKE_BINARY_DIR}/skeletons)
	file(MAKE_DIRECTORY ${out} ${skeletons})
	cmake_path(ABSOLUTE_PATH source BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
	list(TRANSFORM arg_DEFINES PREPEND -D)

	add_custom_command(
		OUTPUT ${out}/${name}.raw.o
		COMMAND ${OP25B_BPF_CLANG} -target bpf -mcpu=v3 -g -O2 -std=gnu11
			-Wall -Wextra -Werror -Wno-unused-parameter -Wno-sign-compare
			-I${CMAKE_SOURCE_DIR}/include -I${CMAKE_SOURCE_DIR}/src
			-I${CMAKE_SOURCE_DIR}
			-isystem /usr/include/${CMAKE_LIBRARY_ARCHITECTURE}
			${arg_DEFINES}
			-MD -MF ${out}/${name}.d -MT bpf/${name}.raw.o
			-c ${source} -o ${out}/${name}.raw.o
		DEPENDS ${source}
		DEPFILE ${out}/${name}.d
		COMMENT "BPF ${name}" VERBATIM)
	add_custom_command(
		OUTPUT ${out}/${name}.bpf.o
		COMMAND ${OP25B_BPFTOOL} gen object ${out}/${name}.bpf.o ${out}/${name}.raw.o
		DEPENDS ${out}/${name}.raw.o VERBATIM)
	# bpftool writes to standard output: a temporary name keeps a failure from leaving a
	# half-written header that looks up to date.
	add_custom_command(
		OUTPUT ${skeletons}/${name}.skel.h
		COMMAND ${OP25B_BPFTOOL} gen skeleton ${out}/${name}.bpf.o name op25b_${name}_bpf
			> ${skeletons}/${name}.skel.tmp
		COMMAND ${CMAKE_COMMAND} -E rename
			${skeletons}/${name}.skel.tmp ${skeletons}/${name}.skel.h
		DEPENDS ${out}/${name}.bpf.o VERBATIM)

	add_custom_target(op25b_bpf_${name}_files ALL DEPENDS ${skeletons}/${name}.skel.h)
	add_library(op25b_bpf_${name} INTERFACE)
	add_dependencies(op25b_bpf_${name} op25b_bpf_${name}_files)
	target_include_directories(op25b_bpf_${name} SYSTEM INTERFACE ${skeletons})
	target_link_libraries(op25b_bpf_${name} INTERFACE PkgConfig::LIBBPF)
endfunction()
