# How every target of the house is built: language level, warnings, sanitizers, third-party parts.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

option(JISHI_TESTS "build the tests" ON)
option(JISHI_FUZZERS "build the libFuzzer targets (clang only)" OFF)
set(JISHI_SANITIZE "" CACHE STRING "address,undefined or thread")

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()
find_program(MOLD mold)
if(MOLD)
    add_link_options(-fuse-ld=mold)
endif()

# Our own code: warnings are errors, for libraries, program and tests alike.
add_library(jishi_options INTERFACE)
target_include_directories(jishi_options INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(jishi_options INTERFACE -Wall -Wextra -Wshadow -Wconversion -Werror -Wno-psabi)
target_compile_definitions(jishi_options INTERFACE JISHI_VERSION="${PROJECT_VERSION}")
if(JISHI_SANITIZE)
    add_compile_options(-fsanitize=${JISHI_SANITIZE} -fno-omit-frame-pointer)
    add_link_options(-fsanitize=${JISHI_SANITIZE})
    if(JISHI_SANITIZE MATCHES undefined)
        add_compile_options(-fno-sanitize-recover=undefined -fno-sanitize=vptr) # prebuilt spdlog has no type info of ours
        if(CMAKE_CXX_COMPILER_ID STREQUAL Clang)
            add_compile_options(-fno-sanitize=function)
        endif()
    endif()
    if(JISHI_SANITIZE MATCHES thread AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
        add_compile_options(-Wno-tsan)
        # GCC 12 sees uninitialised optionals where its own instrumentation stands between.
        target_compile_options(jishi_options INTERFACE -Wno-maybe-uninitialized)
    endif()
endif()

# ---- third-party parts, each as one target (docs/dependencies.md says why each is here) ----
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED)
add_library(boost INTERFACE)
target_include_directories(boost SYSTEM INTERFACE ${Boost_INCLUDE_DIRS})
target_compile_definitions(boost INTERFACE BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION
                                           BOOST_ASIO_NO_DEPRECATED)
target_link_libraries(boost INTERFACE Threads::Threads)

# The -dev package of Connector/C++ pulls in Boost 1.74 and conflicts with 1.81: deploy/setup unpacks its headers into .deps.
find_path(MYSQLCPPCONN_INCLUDE cppconn/driver.h REQUIRED
          HINTS ${CMAKE_SOURCE_DIR}/.deps/mysqlcppconn/usr/include)
find_library(MYSQLCPPCONN_LIBRARY NAMES libmysqlcppconn.so.7 mysqlcppconn REQUIRED)
add_library(mysqlcppconn INTERFACE)
target_include_directories(mysqlcppconn SYSTEM INTERFACE ${MYSQLCPPCONN_INCLUDE})
target_link_libraries(mysqlcppconn INTERFACE ${MYSQLCPPCONN_LIBRARY} Threads::Threads)

find_path(RAPIDJSON_INCLUDE rapidjson/document.h REQUIRED)
add_library(rapidjson INTERFACE)
target_include_directories(rapidjson SYSTEM INTERFACE ${RAPIDJSON_INCLUDE})
target_compile_definitions(rapidjson INTERFACE RAPIDJSON_HAS_STDSTRING=1)

find_library(SODIUM_LIBRARY sodium REQUIRED)
add_library(sodium INTERFACE)
target_link_libraries(sodium INTERFACE ${SODIUM_LIBRARY})

find_package(ICU 70 REQUIRED COMPONENTS uc i18n)
find_library(OPENCC_LIBRARY opencc REQUIRED)
add_library(opencc INTERFACE)
target_link_libraries(opencc INTERFACE ${OPENCC_LIBRARY})
find_library(STEMMER_LIBRARY stemmer REQUIRED)
add_library(stemmer INTERFACE)
target_link_libraries(stemmer INTERFACE ${STEMMER_LIBRARY})

find_path(XXHASH_INCLUDE xxhash.h REQUIRED)
find_library(XXHASH_LIBRARY xxhash REQUIRED)
add_library(xxhash INTERFACE)
target_include_directories(xxhash SYSTEM INTERFACE ${XXHASH_INCLUDE})
target_link_libraries(xxhash INTERFACE ${XXHASH_LIBRARY})

find_path(HWY_INCLUDE hwy/highway.h REQUIRED)
find_library(HWY_LIBRARY hwy REQUIRED)
add_library(hwy INTERFACE)
target_include_directories(hwy SYSTEM INTERFACE ${HWY_INCLUDE})
target_link_libraries(hwy INTERFACE ${HWY_LIBRARY})

find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
find_package(tomlplusplus QUIET)
if(NOT TARGET tomlplusplus::tomlplusplus)
    find_path(TOMLPLUSPLUS_INCLUDE toml++/toml.h REQUIRED)
    add_library(tomlplusplus::tomlplusplus INTERFACE IMPORTED)
    target_include_directories(tomlplusplus::tomlplusplus INTERFACE ${TOMLPLUSPLUS_INCLUDE})
endif()

# jishi_library(folder LINK <our libraries> PRIVATE <third-party parts> EXCEPT <files>): folder = library = namespace.
function(jishi_library folder)
    cmake_parse_arguments(ARG "" "" "LINK;PRIVATE;EXCEPT" ${ARGN})
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/*.cpp)
    foreach(name ${ARG_EXCEPT})
        list(REMOVE_ITEM sources ${CMAKE_SOURCE_DIR}/${folder}/${name})
    endforeach()
    if(sources)
        add_library(jishi_${folder} STATIC ${sources})
        target_link_libraries(jishi_${folder} PUBLIC ${ARG_LINK} PRIVATE jishi_options ${ARG_PRIVATE})
    else()
        add_library(jishi_${folder} INTERFACE)
        target_link_libraries(jishi_${folder} INTERFACE ${ARG_LINK} ${ARG_PRIVATE})
    endif()
endfunction()
