# The two kinds of thing Nearcache is made of: modules of the core, and plugins. Both take every *.cpp of their folder.

set(NEARCACHE_PLUGIN_MAP "${CMAKE_CURRENT_LIST_DIR}/plugin.map")

# What make run needs: the proxy and its plugins, no tests.
add_custom_target(product)

# A library from the files, or one that only carries its dependencies where there is nothing to compile.
function(nearcache_library target)
    cmake_parse_arguments(arg "" "" "SOURCES;INCLUDES;LIBRARIES" ${ARGN})
    set(scope PUBLIC)
    if(arg_SOURCES)
        add_library(${target} STATIC ${arg_SOURCES})
    else()
        set(scope INTERFACE)
        add_library(${target} INTERFACE)
    endif()
    target_include_directories(${target} ${scope} ${arg_INCLUDES})
    target_link_libraries(${target} ${scope} ${arg_LIBRARIES})
endfunction()

# nearcache_module(cache DEPENDS settings LIBRARIES Poco::Net)
# The folder as the static library nearcache_cache, included as "cache/Store.h". A main.cpp in it is left out.
function(nearcache_module name)
    cmake_parse_arguments(arg "" "" "DEPENDS;LIBRARIES" ${ARGN})
    file(GLOB sources CONFIGURE_DEPENDS *.cpp)
    list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")
    list(TRANSFORM arg_DEPENDS PREPEND nearcache_)
    nearcache_library(nearcache_${name} SOURCES ${sources} INCLUDES "${CMAKE_CURRENT_SOURCE_DIR}/.."
                      LIBRARIES nearcache_api ${arg_DEPENDS} ${arg_LIBRARIES} Threads::Threads)
endfunction()

# nearcache_plugin(frontend http LIBRARIES Boost::headers)
# The folder as bin/frontend_http.so, which exports its manifest and nothing else. All of it but Plugin.cpp is also the
# library frontend_http_code, for tests, with the folder and its parent as include roots. DIRECTORY: another place.
function(nearcache_plugin kind name)
    cmake_parse_arguments(arg "" "DIRECTORY" "LIBRARIES" ${ARGN})
    if(NOT arg_DIRECTORY)
        set(arg_DIRECTORY "${CMAKE_RUNTIME_OUTPUT_DIRECTORY}")
    endif()
    set(plugin ${kind}_${name})
    file(GLOB sources CONFIGURE_DEPENDS *.cpp)
    list(FILTER sources EXCLUDE REGEX "/Plugin\\.cpp$")
    nearcache_library(${plugin}_code SOURCES ${sources}
                      INCLUDES "${CMAKE_CURRENT_SOURCE_DIR}" "${CMAKE_CURRENT_SOURCE_DIR}/.."
                      LIBRARIES nearcache_api ${arg_LIBRARIES})

    add_library(${plugin} MODULE Plugin.cpp)
    target_link_libraries(${plugin} PRIVATE ${plugin}_code "-Wl,--version-script=${NEARCACHE_PLUGIN_MAP}")
    if(NOT NEARCACHE_SANITIZE) # whose runtime lies in the executable
        target_link_libraries(${plugin} PRIVATE -Wl,--no-undefined)
    endif()
    set_target_properties(${plugin} PROPERTIES PREFIX "" SUFFIX ".so" LINK_DEPENDS "${NEARCACHE_PLUGIN_MAP}"
                          LIBRARY_OUTPUT_DIRECTORY "${arg_DIRECTORY}")
    if(arg_DIRECTORY STREQUAL CMAKE_RUNTIME_OUTPUT_DIRECTORY)
        set_property(GLOBAL APPEND PROPERTY NEARCACHE_PLUGINS ${plugin})
        add_dependencies(product ${plugin})
    endif()
endfunction()
