# Every tests/**/*Test.cpp is in the build, found by its place; see tests/CMakeLists.txt for the places.
include(GoogleTest)

if(NEARCACHE_SANITIZE)
    set(NEARCACHE_TEST_TIMEOUT 300)
else()
    set(NEARCACHE_TEST_TIMEOUT 120)
endif()
set(NEARCACHE_TEST_ENVIRONMENT
    "ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1"
    "UBSAN_OPTIONS=print_stacktrace=1"
    "TSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tests/tsan.supp:second_deadlock_stack=1:history_size=4")

# What a test can know about the build. Paths, each a string literal; REDIS_SERVER is empty where there is none.
function(nearcache_test_definitions target)
    list(JOIN NEARCACHE_SANITIZE_FLAGS " " flags)
    list(JOIN NEARCACHE_DEPENDENCY_INCLUDES " -isystem " includes)
    target_compile_definitions(${target} PRIVATE
        NEARCACHE_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
        NEARCACHE_BINARY="${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/nearcache"
        NEARCACHE_PLUGIN_DIR="${CMAKE_RUNTIME_OUTPUT_DIRECTORY}"
        NEARCACHE_TEST_PLUGIN_DIR="${PROJECT_BINARY_DIR}/test_plugins"
        NEARCACHE_REDIS_SERVER="$<IF:$<BOOL:${REDIS_SERVER}>,${REDIS_SERVER},>"
        NEARCACHE_CXX="${CMAKE_CXX_COMPILER}"
        NEARCACHE_CXX_FLAGS="${flags} -isystem ${includes}")
endfunction()

# An executable of tests: its sources, linked with what is tested and with tests/support.
function(nearcache_test target)
    cmake_parse_arguments(arg "" "PROCESSORS" "SOURCES;LIBRARIES;LABELS" ${ARGN})
    if(NOT arg_PROCESSORS)
        set(arg_PROCESSORS 1)
    endif()
    add_executable(${target} ${arg_SOURCES})
    target_link_libraries(${target} PRIVATE ${arg_LIBRARIES} nearcache_test_support GTest::gmock GTest::gtest_main)
    nearcache_test_definitions(${target})
    set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/tests")
    gtest_discover_tests(${target} DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60 NO_PRETTY_VALUES
                         TEST_PREFIX "${target}." PROPERTIES
                         TIMEOUT ${NEARCACHE_TEST_TIMEOUT} LABELS "${arg_LABELS}" PROCESSORS ${arg_PROCESSORS}
                         ENVIRONMENT "${NEARCACHE_TEST_ENVIRONMENT}")
endfunction()

# The libraries of the list that exist.
function(nearcache_existing_targets out)
    set(found "")
    foreach(name IN LISTS ARGN)
        if(TARGET ${name})
            list(APPEND found ${name})
        endif()
    endforeach()
    set(${out} ${found} PARENT_SCOPE)
endfunction()

# All tests of one folder (relative to tests/) in one executable.
function(nearcache_test_folder folder)
    cmake_parse_arguments(arg "" "" "LIBRARIES" ${ARGN})
    string(REPLACE "/" "_" name "${folder}")
    file(GLOB sources CONFIGURE_DEPENDS "${folder}/*.cpp")
    nearcache_test(test_${name} SOURCES ${sources} LIBRARIES ${arg_LIBRARIES} LABELS unit)
endfunction()

# A fuzz target: libFuzzer's entry point in a file whose first word names the front-end or the module it feeds
# (HttpParser.cpp, RespParser.cpp, BackendReply.cpp). As an ordinary test it runs over corpus/<file's name>/.
function(nearcache_fuzz_target source)
    cmake_path(GET source STEM name)
    string(REGEX MATCH "^[A-Z][a-z0-9]*" word "${name}")
    string(TOLOWER "${word}" word)
    nearcache_existing_targets(code frontend_${word}_code policy_${word}_code nearcache_${word})
    set(libraries ${code} nearcache_test_support hiredis::hiredis Poco::Net)

    add_executable(corpus_${name} ${source} fuzz/CorpusMain.cpp)
    target_link_libraries(corpus_${name} PRIVATE ${libraries})
    set_target_properties(corpus_${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/tests")
    add_test(NAME fuzz.${name}.corpus COMMAND corpus_${name} "${CMAKE_CURRENT_SOURCE_DIR}/fuzz/corpus/${name}")
    set_tests_properties(fuzz.${name}.corpus PROPERTIES TIMEOUT ${NEARCACHE_TEST_TIMEOUT} LABELS unit
                         ENVIRONMENT "${NEARCACHE_TEST_ENVIRONMENT}")

    if(NEARCACHE_FUZZ)
        add_executable(fuzz_${name} ${source})
        target_link_libraries(fuzz_${name} PRIVATE ${libraries} -fsanitize=fuzzer)
        set_target_properties(fuzz_${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/fuzz")
    endif()
endfunction()
