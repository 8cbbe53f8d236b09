# hiredis, which distributions ship without a CMake package. Defines hiredis::hiredis; include <hiredis/hiredis.h>.

find_path(Hiredis_INCLUDE_DIR hiredis/hiredis.h)
find_library(Hiredis_LIBRARY hiredis)
mark_as_advanced(Hiredis_INCLUDE_DIR Hiredis_LIBRARY)

if(Hiredis_INCLUDE_DIR)
    foreach(part MAJOR MINOR PATCH)
        file(STRINGS "${Hiredis_INCLUDE_DIR}/hiredis/hiredis.h" line REGEX "^#define HIREDIS_${part} [0-9]+")
        string(REGEX REPLACE "^#define HIREDIS_${part} ([0-9]+).*" "\\1" Hiredis_${part} "${line}")
    endforeach()
    set(Hiredis_VERSION "${Hiredis_MAJOR}.${Hiredis_MINOR}.${Hiredis_PATCH}")
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Hiredis REQUIRED_VARS Hiredis_LIBRARY Hiredis_INCLUDE_DIR
                                  VERSION_VAR Hiredis_VERSION)

if(Hiredis_FOUND AND NOT TARGET hiredis::hiredis)
    add_library(hiredis::hiredis UNKNOWN IMPORTED)
    set_target_properties(hiredis::hiredis PROPERTIES IMPORTED_LOCATION "${Hiredis_LIBRARY}"
                          INTERFACE_INCLUDE_DIRECTORIES "${Hiredis_INCLUDE_DIR}")
endif()
