# SPDX-License-Identifier: BSD-2-Clause
# Tests. Every test has one label, its suite; ctest names are <suite>.<name>. A test that
# prints TAP lines ("ok 1 - …", "not ok 2 - …", "ok 3 - … # SKIP why") is counted by ./check
# line by line, any other as one. Exit status 77 skips the whole test; the reason is the last
# line it prints that begins with "SKIP ".
# Extra labels: "slow" is left out by ./check --quick; "release" runs on the release build
# instead of the sanitised one; "check" is given to those that ./check runs in this build.
# Time limits only end what hangs: a busy machine is no failure.
#
# ./check gives ctest two slots a processor. Most tests take one, because they wait about as long
# as they compute: for grace periods of the kernel, packets, other programs. One that keeps a
# processor busy says BUSY and takes two. The longest start first: COST is the seconds a test takes
# (only those that take more than ten say it).

set(op25b_test_environment
	OP25B_SOURCE_DIR=${CMAKE_SOURCE_DIR}
	OP25B_BUILD_DIR=${CMAKE_BINARY_DIR}
	OP25B_BIN_DIR=${CMAKE_BINARY_DIR}/bin
	CMOCKA_MESSAGE_OUTPUT=TAP
	PYTHONDONTWRITEBYTECODE=1)

# The suites that the coverage figure is of.
set(op25b_coverage_suites unit policy cli packet dataplane fuzz)

# A test's own build is debug, or release, or for fuzzing fuzz. In any other its name begins with
# that build's ("release.cli.golden"), because ctest tells the tests of a run apart by name alone.
function(op25b_place_test suite name labels ret_name ret_labels)
	set(test ${suite}.${name})
	if((OP25B_FLAVOUR STREQUAL "debug" AND NOT "release" IN_LIST labels)
		OR (OP25B_FLAVOUR STREQUAL "release" AND "release" IN_LIST labels)
		OR (OP25B_FLAVOUR STREQUAL "fuzz" AND suite STREQUAL "fuzz"))
		list(APPEND labels check)
	else()
		string(PREPEND test ${OP25B_FLAVOUR}.)
		if(OP25B_FLAVOUR STREQUAL "coverage" AND suite IN_LIST op25b_coverage_suites)
			list(APPEND labels check)
		endif()
	endif()
	set(${ret_name} ${test} PARENT_SCOPE)
	set(${ret_labels} "${labels}" PARENT_SCOPE)
endfunction()

# op25b_script_test(name LABEL e2e COMMAND path args... [TIMEOUT 300] [COST 60] [BUSY] [SERIAL]
#	[LOCK lab])
# A relative command is one in the caller's folder. SERIAL: never beside another test; LOCK: never
# beside one of the same. The other kinds of test end here too.
function(op25b_script_test name)
	cmake_parse_arguments(PARSE_ARGV 1 arg "BUSY;SERIAL" "TIMEOUT;COST;LOCK" "LABEL;COMMAND")
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
	op25b_place_test(${suite} ${name} "${arg_LABEL}" test labels)
	add_test(NAME ${test} COMMAND ${program} ${arg_COMMAND}
		WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
	set_tests_properties(${test} PROPERTIES
		LABELS "${labels}" TIMEOUT ${arg_TIMEOUT} SKIP_RETURN_CODE 77
		ENVIRONMENT "${op25b_test_environment}")
	if(arg_COST)
		set_tests_properties(${test} PROPERTIES COST ${arg_COST})
	endif()
	if(arg_BUSY)
		set_tests_properties(${test} PROPERTIES PROCESSORS 2)
	endif()
	if(arg_LOCK)
		set_tests_properties(${test} PROPERTIES RESOURCE_LOCK ${arg_LOCK})
	endif()
	if(arg_SERIAL)
		set_tests_properties(${test} PROPERTIES RUN_SERIAL TRUE)
	endif()
endfunction()

# op25b_unit_test(cleanup SRCS test-cleanup.c LIBS op25b_base [LABEL unit] [TIMEOUT 300] [COST 60])
function(op25b_unit_test name)
	cmake_parse_arguments(PARSE_ARGV 1 arg "" "TIMEOUT;COST" "SRCS;LIBS;LABEL")
	if(NOT arg_LABEL)
		set(arg_LABEL unit)
	endif()
	list(GET arg_LABEL 0 suite)
	set(target test-${suite}-${name})
	add_executable(${target} ${arg_SRCS})
	target_link_libraries(${target} PRIVATE op25b_compile ${arg_LIBS} PkgConfig::CMOCKA)
	set_target_properties(${target} PROPERTIES
		RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
	op25b_script_test(${name} LABEL ${arg_LABEL} COMMAND ${target}
		TIMEOUT ${arg_TIMEOUT} COST ${arg_COST})
endfunction()

# op25b_fuzz_target(policy SRCS fuzz-policy.c LIBS op25b_policy [CORPUS tests/policy/cases/good])
# The source defines LLVMFuzzerTestOneInput. Inputs: tests/fuzz/corpus/<name>/,
# tests/fuzz/regression/<name>/ and the CORPUS folders, relative to the source folder; an
# optional dictionary is tests/fuzz/<name>.dict.
# Preset fuzz runs libFuzzer; the others replay corpus and regressions
# (fuzz.replay-<name>).
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
		op25b_script_test(${name} LABEL fuzz
			COMMAND ${fuzz}/run-fuzzer ${name} ${arg_CORPUS}
			TIMEOUT 900 COST 60 BUSY)
	else()
		target_sources(${target} PRIVATE ${fuzz}/replay.c)
		target_link_libraries(${target} PRIVATE op25b_base)
		op25b_script_test(replay-${name} LABEL fuzz COMMAND ${target}
			${fuzz}/corpus/${name} ${fuzz}/regression/${name} ${arg_CORPUS}
			TIMEOUT 900)
	endif()
endfunction()
