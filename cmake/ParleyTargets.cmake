# What every target of ours is built with, and the four functions that declare one. Nothing here names a target of the
# product: folders do that themselves.

find_program(PARLEY_CCACHE ccache)
if(PARLEY_CCACHE)
    # A clone elsewhere hits the same cache (base_dir, no hash_dir); precompiled headers need the sloppiness.
    set(PARLEY_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
        CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${PARLEY_CCACHE})
    set(CMAKE_C_COMPILER_LAUNCHER ${PARLEY_LAUNCHER})
    set(CMAKE_CXX_COMPILER_LAUNCHER ${PARLEY_LAUNCHER})
endif()

add_library(parley_flags INTERFACE)
target_include_directories(parley_flags INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(parley_flags INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wswitch-enum -Wnon-virtual-dtor
    -Wold-style-cast -Wcast-align -Wunused -Woverloaded-virtual
    # g++ 12 sees null where inlined library code has none as soon as it optimises.
    $<$<NOT:$<CONFIG:Release>>:-Wnull-dereference>
    $<$<BOOL:${PARLEY_WERROR}>:-Werror>)
if(PARLEY_SANITIZE)
    target_compile_options(parley_flags INTERFACE -fsanitize=${PARLEY_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    target_link_options(parley_flags INTERFACE -fsanitize=${PARLEY_SANITIZE})
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND PARLEY_SANITIZE MATCHES thread)
        # Asio has a fence that ThreadSanitizer does not model; it says so for every use.
        target_compile_options(parley_flags INTERFACE -Wno-tsan)
    endif()
    if(CMAKE_CXX_COMPILER_ID MATCHES Clang AND PARLEY_SANITIZE MATCHES undefined)
        # Asio calls handlers through pointers of another type; harmless, and refused by this one check.
        target_compile_options(parley_flags INTERFACE -fno-sanitize=function)
        target_link_options(parley_flags INTERFACE -fno-sanitize=function)
    endif()
endif()
if(PARLEY_FUZZ)
    if(NOT CMAKE_CXX_COMPILER_ID MATCHES Clang)
        message(FATAL_ERROR "The fuzz targets need clang: cmake --preset clang")
    endif()
    target_compile_options(parley_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(PARLEY_COVERAGE)
    if(NOT CMAKE_CXX_COMPILER_ID MATCHES Clang)
        message(FATAL_ERROR "Coverage is measured with clang: cmake --preset coverage")
    endif()
    target_compile_options(parley_flags INTERFACE -fprofile-instr-generate -fcoverage-mapping)
    target_link_options(parley_flags INTERFACE -fprofile-instr-generate)
endif()
if(PARLEY_PLANTED)
    target_compile_definitions(parley_flags INTERFACE PARLEY_PLANTED=1)
endif()

# parley_library(NAME SOURCES a.cpp … LINKS public… PRIVATE_LINKS private…)
function(parley_library name)
    cmake_parse_arguments(arg "" "" "SOURCES;LINKS;PRIVATE_LINKS" ${ARGN})
    add_library(${name} STATIC ${arg_SOURCES})
    target_link_libraries(${name} PUBLIC parley_flags ${arg_LINKS} PRIVATE ${arg_PRIVATE_LINKS})
endfunction()

function(parley_program name)
    cmake_parse_arguments(arg "" "" "SOURCES;LINKS" ${ARGN})
    add_executable(${name} ${arg_SOURCES})
    target_link_libraries(${name} PRIVATE parley_flags ${arg_LINKS})
endfunction()

# parley_test(NAME SOURCES … LINKS … [LABELS unit] [TIMEOUT s]): a GoogleTest program, one ctest entry per program.
function(parley_test name)
    cmake_parse_arguments(arg "" "TIMEOUT" "SOURCES;LINKS;LABELS" ${ARGN})
    add_executable(${name} ${arg_SOURCES})
    target_link_libraries(${name} PRIVATE parley_flags ${arg_LINKS} GTest::gmock GTest::gtest GTest::gtest_main)
    add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
    if(NOT arg_TIMEOUT)
        set(arg_TIMEOUT 300)
    endif()
    set_tests_properties(${name} PROPERTIES TIMEOUT ${arg_TIMEOUT} LABELS "${arg_LABELS}")
endfunction()

# parley_fuzz(NAME SOURCES … LINKS … CORPUS folder [SECONDS 5]): a libFuzzer target (clang preset alone; elsewhere it
# declares nothing). Its ctest entry runs the corpus and then tries new inputs for SECONDS; new inputs stay in the build.
function(parley_fuzz name)
    if(NOT PARLEY_FUZZ)
        return()
    endif()
    cmake_parse_arguments(arg "" "CORPUS;SECONDS" "SOURCES;LINKS" ${ARGN})
    if(NOT arg_SECONDS)
        set(arg_SECONDS 5)
    endif()
    add_executable(${name} ${arg_SOURCES})
    target_link_libraries(${name} PRIVATE parley_flags ${arg_LINKS})
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    set(found ${CMAKE_BINARY_DIR}/fuzz/${name})
    file(MAKE_DIRECTORY ${found})
    add_test(NAME ${name} COMMAND ${name} -max_total_time=${arg_SECONDS} -artifact_prefix=${found}- ${found} ${arg_CORPUS})
    set_tests_properties(${name} PROPERTIES TIMEOUT 120 LABELS fuzz)
endfunction()
