#pragma once

/// The plugin API's version and the macro that ends a plugin.
///
/// Everything a plugin and Nearcache exchange lives in an inline namespace that bears the API's version. The version
/// thereby becomes part of the base classes' type names, and Poco's manifest check refuses a library that was built
/// against another one. A change to any header in this folder that alters a type's layout, a virtual table or a
/// contract makes a new version: `api3` and so on.

#include <Poco/ClassLibrary.h>

#ifndef NEARCACHE_API_NAMESPACE
#define NEARCACHE_API_NAMESPACE api2
#endif

#define NEARCACHE_API_BEGIN                                                                                            \
    namespace nearcache {                                                                                              \
    inline namespace NEARCACHE_API_NAMESPACE {
#define NEARCACHE_API_END                                                                                              \
    }                                                                                                                  \
    }

/// Makes the library a plugin: `NEARCACHE_PLUGIN(nearcache::PolicyPlugin, mine::LfuPlugin)`, once, in one source file,
/// outside any namespace. `Class` needs a default constructor. A library holds exactly one plugin.
/// Build it as a shared library with hidden visibility, so that it exports nothing but its manifest: Poco loads
/// libraries' symbols globally, and two plugins that export a class of one name would run the first one's code.
#define NEARCACHE_PLUGIN(Base, Class)                                                                                  \
    POCO_BEGIN_MANIFEST(Base)                                                                                          \
    POCO_EXPORT_CLASS(Class)                                                                                           \
    POCO_END_MANIFEST
