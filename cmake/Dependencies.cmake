# The libraries: from .deps/, where tools/deps.sh puts what the system lacks, or else from the system.

set(deps "${CMAKE_CURRENT_LIST_DIR}/../.deps")
cmake_path(NORMAL_PATH deps)

if(EXISTS "${deps}/root/usr")
    list(PREPEND CMAKE_PREFIX_PATH "${deps}/hiredis" "${deps}/root/usr")
    # Poco's package files look for their own dependencies with another CMAKE_PREFIX_PATH.
    list(PREPEND CMAKE_INCLUDE_PATH "${deps}/root/usr/include")
    list(PREPEND CMAKE_LIBRARY_PATH "${deps}/root/usr/lib/${CMAKE_LIBRARY_ARCHITECTURE}"
         "${deps}/root/lib/${CMAKE_LIBRARY_ARCHITECTURE}")
    # DT_RPATH, unlike DT_RUNPATH, holds for the libraries of the libraries too.
    set(CMAKE_BUILD_RPATH ${CMAKE_LIBRARY_PATH})
    add_link_options(-Wl,--disable-new-dtags)
endif()

find_package(Poco 1.11 REQUIRED CONFIG COMPONENTS Foundation Util Net)
find_package(Hiredis 1.0 REQUIRED)
find_package(yaml-cpp REQUIRED CONFIG)
find_package(Boost 1.70 REQUIRED CONFIG)
find_package(GTest REQUIRED)
find_path(XXHASH_INCLUDE_DIR xxhash.h REQUIRED)
mark_as_advanced(XXHASH_INCLUDE_DIR)

# Before 0.8, yaml-cpp's target had no namespace.
if(NOT TARGET yaml-cpp::yaml-cpp)
    add_library(yaml-cpp::yaml-cpp ALIAS yaml-cpp)
endif()

# In .deps/bin, not .deps/root/usr/bin: the former finds its libraries.
find_program(REDIS_SERVER redis-server PATHS "${deps}/bin" NO_DEFAULT_PATH DOC "The redis-server of the tests")
find_program(REDIS_SERVER redis-server)
# Where their headers are, for what is built outside of this project (the example plugins).
set(NEARCACHE_DEPENDENCY_INCLUDES "${PROJECT_SOURCE_DIR}/plugins/api")
if(EXISTS "${deps}/root/usr/include")
    list(APPEND NEARCACHE_DEPENDENCY_INCLUDES "${deps}/root/usr/include")
endif()

unset(deps)
