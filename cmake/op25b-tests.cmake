# SPDX-License-Identifier: BSD-2-Clause
# Tests. Every test has one label, its suite; ctest names are <label>.<name>. A test that
# prints TAP lines ("ok 1 - …", "not ok 2 - …", "ok 3 - … # SKIP why") is counted by ./check
# line by line, any other as one. Exit status 77 skips the whole test; the reason is the last
# line it prints that begins with "SKIP ".
# Extra labels: "slow" is left out by ./check --quick; "release" runs on the release build
# instead of the sanitised one. Time limits only end what hangs: a busy machine is no failure.

set(op25b_test_environment
	OP25B_SOURCE_DIR=${CMAKE_SOURCE_DIR}
	OP25B_BUILD_DIR=${CMAKE_BINARY_DIR}
	OP25B_BIN_DIR=${CMAKE_BINARY_DIR}/bin
	CMOCKA_MESSAGE_OUTPUT=TAP
	PYTHONDONTWRITEBYTECODE=1)

# op25b_unit_test(cleanup SRCS test-cleanup.c LIBS op25b_base [LABEL unit] [TIMEOUT 300])
function(op25b_unit_test name)
	cmake_parse_arguments(PARSE_ARGV 1 arg "" "TIMEOUT" "SRCS;LIBS;LABEL")
	if(NOT arg_LABEL)
		set(arg_LABEL unit)
	endif()
	if(NOT arg_TIMEOUT)
		set(arg_TIMEOUT 300)
	endif()
	list(GET arg_LABEL 0 suite)
	set(target test-${suite}-${name})
	add_executable(${target} ${arg_SRCS})
	target_link_libraries(${target} PRIVATE op25b_compile ${arg_LIBS} PkgConfig::CMOCKA)
	set_target_properties(${target} PROPERTIES
		RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
	add_test(NAME ${suite}.${name} COMMAND ${target} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
	set_tests_properties(${suite}.${name} PROPERTIES
		LABELS "${arg_LABEL}" TIMEOUT ${arg_TIMEOUT} SKIP_RETURN_CODE 77
		ENVIRONMENT "${op25b_test_environment}")
endfunction()

# op25b_script_test(name LABEL e2e COMMAND path args... [TIMEOUT 300] [SERIAL])
# A relative command is one in the caller's folder. SERIAL: never beside another test.
function(op25b_script_test name)
	cmake_parse_arguments(PARSE_ARGV 1 arg "SERIAL" "TIMEOUT" "LABEL;COMMAND")
	if(NOT arg_LABEL OR NOT arg_COMMAND)
		message(FATAL_ERROR "op25b_script_test(${name}): LABEL and COMMAND are required")
	endif()
	if(NOT arg_TIMEOUT)
		set(arg_TIMEOUT 300)
	endif()
	list(GET arg_LABEL 0 suite)
	list(POP_FRONT arg_COMMAND program)
	if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/${program})
		set(program ${CMAKE_CURRENT_SOURCE_DIR}/${program})
	endif()
	add_test(NAME ${suite}.${name} COMMAND ${program} ${arg_COMMAND}
		WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
	set_tests_properties(${suite}.${name} PROPERTIES
		LABELS "${arg_LABEL}" TIMEOUT ${arg_TIMEOUT} SKIP_RETURN_CODE 77
		ENVIRONMENT "${op25b_test_environment}")
	if(arg_SERIAL)
		set_tests_properties(${suite}.${name} PROPERTIES RUN_SERIAL TRUE)
	endif()
endfunction()

# op25b_fuzz_target(policy SRCS fuzz-policy.c LIBS op25b_policy [CORPUS tests/policy/cases/good])
# The source defines LLVMFuzzerTestOneInput. Inputs: tests/fuzz/corpus/<name>/,
# tests/fuzz/regression/<name>/ and the CORPUS folders, relative to the source folder; an
# optional dictionary is tests/fuzz/<name>.dict.
# Preset fuzz runs libFuzzer; the others replay corpus and regressions.
function(op25b_fuzz_target name)
	cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SRCS;LIBS;CORPUS")
	set(target fuzz-${name})
	set(fuzz ${CMAKE_SOURCE_DIR}/tests/fuzz)
	list(TRANSFORM arg_CORPUS PREPEND ${CMAKE_SOURCE_DIR}/)
	add_executable(${target} ${arg_SRCS})
	target_link_libraries(${target} PRIVATE op25b_compile ${arg_LIBS})
	set_target_properties(${target} PROPERTIES
		RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
	if(NOT TARGET fuzz-targets)
		add_custom_target(fuzz-targets)
	endif()
	add_dependencies(fuzz-targets ${target})
	if(OP25B_FLAVOUR STREQUAL "fuzz")
		target_link_options(${target} PRIVATE -fsanitize=fuzzer)
		add_test(NAME fuzz.${name} COMMAND ${fuzz}/run-fuzzer ${name} ${arg_CORPUS})
	else()
		target_sources(${target} PRIVATE ${fuzz}/replay.c)
		target_link_libraries(${target} PRIVATE op25b_base)
		add_test(NAME fuzz.${name} COMMAND ${target}
			${fuzz}/corpus/${name} ${fuzz}/regression/${name} ${arg_CORPUS})
	endif()
	set_tests_properties(fuzz.${name} PROPERTIES
		LABELS fuzz TIMEOUT 900 SKIP_RETURN_CODE 77
		ENVIRONMENT "${op25b_test_environment}")
endfunction()
