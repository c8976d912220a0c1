// The project's own source files, for tests that read them. Tests run in the source folder.
#pragma once

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace parley {

inline std::string text_of_file(const std::filesystem::path& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

// Paths relative to the root, with '/' between parts, sorted; only below the project's own folders.
inline std::vector<std::string> source_files(const std::vector<std::string>& endings) {
    std::vector<std::string> files;
    for (const char* folder : {"net", "consensus", "chat", "sim", "gui", "tests"}) {
        if (!std::filesystem::exists(folder)) continue;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
            const std::string path = entry.path().generic_string();
            for (const auto& ending : endings) {
                if (entry.is_regular_file() && path.ends_with(ending)) files.push_back(path);
            }
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

}  // namespace parley
