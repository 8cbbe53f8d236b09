# How everything is compiled: the standard, warnings, sanitizers, and where the results go.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")

set(NEARCACHE_SANITIZE "" CACHE STRING "address (with undefined behaviour), thread, or nothing")
set_property(CACHE NEARCACHE_SANITIZE PROPERTY STRINGS "" address thread)
option(NEARCACHE_WERROR "Treat warnings as errors" OFF)
option(NEARCACHE_FUZZ "Build the fuzz targets for libFuzzer (clang only); implies NEARCACHE_SANITIZE=address" OFF)
if(NEARCACHE_FUZZ)
    set(NEARCACHE_SANITIZE address)
endif()

# Sanitized builds keep their assertions; Release is for everything else.
if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    if(NEARCACHE_SANITIZE)
        set(CMAKE_BUILD_TYPE Sanitize CACHE STRING "Kind of build" FORCE)
    else()
        set(CMAKE_BUILD_TYPE Release CACHE STRING "Kind of build" FORCE)
    endif()
endif()
set(CMAKE_CXX_FLAGS_SANITIZE "-O1 -g" CACHE STRING "Flags of sanitized builds")

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-qual -Wformat=2)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # Both are raised by std::string's own code once it is inlined (GCC 12 and 13), for strings that are sound.
    add_compile_options(-Wno-restrict -Wno-maybe-uninitialized)
endif()
if(NEARCACHE_WERROR)
    add_compile_options(-Werror)
endif()

if(NEARCACHE_SANITIZE STREQUAL "address")
    # Without vptr: that check reads memory through a pipe, and reports a fault where the test has used up all descriptors.
    set(NEARCACHE_SANITIZE_FLAGS -fsanitize=address,undefined -fno-sanitize=vptr -fno-sanitize-recover=all
        -fno-omit-frame-pointer)
elseif(NEARCACHE_SANITIZE STREQUAL "thread")
    set(NEARCACHE_SANITIZE_FLAGS -fsanitize=thread -fno-omit-frame-pointer)
elseif(NEARCACHE_SANITIZE)
    message(FATAL_ERROR "NEARCACHE_SANITIZE is '${NEARCACHE_SANITIZE}'; it can be address or thread")
endif()
if(NEARCACHE_FUZZ)
    list(APPEND NEARCACHE_SANITIZE_FLAGS -fsanitize=fuzzer-no-link)
endif()
add_compile_options(${NEARCACHE_SANITIZE_FLAGS})
add_link_options(${NEARCACHE_SANITIZE_FLAGS})

find_package(Threads REQUIRED)
