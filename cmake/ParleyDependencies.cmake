# Every library we stand on; all of them Debian packages (packaging/packages.txt; reasons: docs/decisions/0001-libraries.md).
# What ships is required. What only tests need may be missing: then the tests are left out, and said to be.
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS serialization)
find_package(OpenSSL REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(prometheus-cpp REQUIRED COMPONENTS core)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(xxhash REQUIRED IMPORTED_TARGET libxxhash)
pkg_check_modules(utf8proc REQUIRED IMPORTED_TARGET libutf8proc)
pkg_check_modules(ncursesw REQUIRED IMPORTED_TARGET ncursesw)
pkg_check_modules(cmark REQUIRED IMPORTED_TARGET libcmark-gfm)
find_library(PARLEY_CMARK_EXTENSIONS cmark-gfm-extensions REQUIRED)   # its pkg-config file names only the other half

# The window itself is not built under sanitizers and clang: wxWidgets costs minutes there, and model, engine and store,
# where the mistakes are, are tested in every preset.
option(PARLEY_GUI "Build the desktop client's window" ON)
if(PARLEY_GUI)
    find_package(wxWidgets 3.2 REQUIRED COMPONENTS core base)
    pkg_check_modules(gtk REQUIRED IMPORTED_TARGET gtk+-3.0)
    find_program(PARLEY_MSGFMT msgfmt REQUIRED)   # of gettext: makes the catalogues of other languages
endif()

find_package(GTest QUIET)
find_package(benchmark QUIET)
pkg_check_modules(tcmalloc IMPORTED_TARGET libtcmalloc_minimal)   # parleyd and the simulator, where it is there
if(GTest_FOUND AND benchmark_FOUND)
    set(PARLEY_TESTS ON)
else()
    set(PARLEY_TESTS OFF)
    message(STATUS "Tests are left out: GoogleTest or Google Benchmark is not installed (./dev test installs both)")
endif()
