// A test that is not built proves nothing: every *_test.cpp and *_bench.cpp is named in the CMakeLists.txt of its folder.
#include <algorithm>

#include <gtest/gtest.h>

#include "tests/unit/ports/source_tree.hpp"

namespace parley {
namespace {

TEST(TestFiles, EachIsNamedInItsFoldersCMakeLists) {
    const auto files = source_files({"_test.cpp", "_bench.cpp"});
    EXPECT_GT(files.size(), 5U) << "run in the source folder";
    for (const std::filesystem::path file : files) {
        const std::string list = text_of_file(file.parent_path() / "CMakeLists.txt");
        EXPECT_NE(list.find(file.filename().string()), std::string::npos) << file << " is in no build";
    }
}

}  // namespace
}  // namespace parley
