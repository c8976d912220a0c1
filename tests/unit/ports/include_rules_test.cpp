// Who may include whom: the layers of docs/architecture.md, enforced on the text of every source file.
#include <algorithm>
#include <optional>
#include <regex>

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "tests/unit/ports/source_tree.hpp"

namespace parley {
namespace {

using Names = std::vector<std::string>;

// A layer is everything below one path; the longest path that fits a file is its layer.
struct Layer {
    std::string path;
    Names own;         // beginnings of our own headers it may include
    Names foreign;     // beginnings of other libraries' headers; the C++ standard library is always allowed
    Names forbidden;   // standard headers it must not use all the same
};

const Names threads{"thread", "mutex", "shared_mutex", "condition_variable", "future", "semaphore", "latch", "barrier", "stop_token"};
const Names posix{"unistd.h", "netdb.h", "time.h", "wchar.h", "fcntl.h", "signal.h", "poll.h", "termios.h", "pwd.h", "dirent.h", "sys/", "netinet/", "arpa/", "linux/"};

Names with(Names first, const Names& second) {
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

const std::vector<Layer>& layers() {
    static const Names product{"net/ports/", "net/archive/", "net/frame/", "consensus/", "chat/files/", "chat/state/", "chat/wire/", "chat/search/", "chat/gateway/", "chat/client/", "chat/keeping/", "chat/server/"};
    static const Names with_asio = with(with(product, {"net/asio/"}), {"chat/cli/", "chat/daemon/", "chat/bench/"});
    static const Names chat_libraries{"fmt/", "sqlite3.h", "sodium.h", "utf8proc.h", "xxhash.h"};
    static const Names program_libraries = with(with(chat_libraries, posix), {"CLI/", "nlohmann/", "toml", "spdlog/", "ncurses", "curses.h", "benchmark/"});
    static const std::vector<Layer> all{
        {"net/ports/", {"net/ports/", "net/frame/frame.hpp"}, {"boost/system/", "fmt/"}, threads},
        {"net/archive/", {"net/ports/", "net/archive/"}, {"boost/serialization/nvp.hpp"}, threads},
        {"net/archive/boost_support.hpp", {"net/ports/", "net/archive/"}, {"boost/serialization/"}, threads},
        {"net/frame/", {"net/ports/", "net/archive/", "net/frame/"}, {"xxhash.h"}, threads},
        {"net/asio/", {"net/"}, with({"boost/", "openssl/", "fmt/"}, posix), {}},
        // The protocol is a pure function: no port that does anything is within its reach.
        {"consensus/core/",
         {"consensus/core/", "net/archive/", "net/ports/bytes.hpp", "net/ports/check.hpp", "net/ports/marks.hpp", "net/ports/probe.hpp", "net/ports/result.hpp", "net/ports/time.hpp"},
         {"fmt/"},
         with(threads, {"iostream", "fstream", "random", "ctime", "atomic"})},
        {"consensus/storage/", {"consensus/", "net/ports/", "net/archive/"}, {"fmt/", "xxhash.h", "boost/archive/"}, threads},
        {"consensus/snapshot/", {"consensus/core/", "consensus/storage/", "consensus/snapshot/", "net/ports/", "net/archive/"}, {"fmt/", "xxhash.h"}, threads},
        {"consensus/", {"consensus/", "net/ports/", "net/archive/", "net/frame/"}, {"fmt/"}, threads},
        {"chat/files/", {"chat/files/", "net/ports/", "net/archive/"}, {"fmt/", "openssl/evp.h"}, threads},
        {"chat/state/", {"chat/files/content.hpp", "chat/state/", "consensus/", "net/ports/", "net/archive/"}, chat_libraries, threads},
        {"chat/wire/", {"chat/files/content.hpp", "chat/state/", "chat/wire/", "consensus/core/", "consensus/snapshot/messages.hpp", "net/ports/", "net/archive/", "net/frame/"}, chat_libraries, threads},
        {"chat/", product, chat_libraries, threads},
        {"chat/client/replies/", product, with(chat_libraries, {"nlohmann/", "toml++/"}), threads},
        // Files of the person who uses it, wherever they lie: no Disk port leads there, and no simulated client has any.
        {"chat/client/files/", product, with(chat_libraries, posix), threads},
        // Composition roots: the only places that name concrete ports.
        {"chat/cli/", with_asio, program_libraries, {}},
        {"chat/daemon/", with_asio, with(program_libraries, {"prometheus/"}), {}},
        {"chat/bench/", with_asio, program_libraries, {}},
        {"chat/parleyd.cpp", with_asio, program_libraries, {}},
        {"sim/", with(product, {"sim/"}), {"fmt/", "sqlite3.h", "xxhash.h", "nlohmann/"}, threads},
        // Around the simulated world, not in it: processes for many seeds at once, wall time for the report.
        {"sim/run/", with(product, {"sim/"}), with({"fmt/", "CLI/", "nlohmann/"}, posix), threads},
        {"sim/run/memory.cpp", {"sim/run/"}, with({"malloc.h", "gperftools/"}, posix), threads},
        {"sim/main.cpp", with(product, {"sim/"}), with({"fmt/", "CLI/", "nlohmann/"}, posix), threads},
        {"gui/model/", {"gui/model/", "chat/client/", "chat/state/", "chat/wire/", "net/ports/", "net/archive/", "net/frame/", "consensus/core/types.hpp", "chat/cli/lab_words.hpp", "chat/cli/used_servers.hpp"}, {"fmt/", "utf8proc.h", "cmark-gfm"}, threads},
        {"gui/engine/", {"gui/model/", "gui/engine/", "chat/client/", "chat/state/", "chat/wire/", "chat/cli/lab_words.hpp", "chat/cli/used_servers.hpp", "net/ports/", "net/asio/"}, {"fmt/"}, {}},
        {"gui/", {"gui/", "chat/client/", "chat/state/", "net/ports/"}, {"wx/", "fmt/", "utf8proc.h"}, {}},
        {"gui/views/accessible.cpp", {"gui/"}, {"wx/", "gtk/"}, threads},
        {"gui/views/picture_decoder.cpp", {"gui/", "net/ports/"}, {"wx/", "gdk-pixbuf/"}, {}},
        {"gui/production_book", {"gui/", "chat/", "net/"}, {}, {}},
        {"gui/production_ground", {"gui/", "chat/", "net/"}, with({"fmt/"}, posix), {}},
        {"gui/app.cpp", {"gui/", "chat/", "net/"}, with({"wx/", "fmt/"}, posix), {}},
    };
    return all;
}

bool begins_with_one_of(const std::string& text, const Names& beginnings) {
    return std::any_of(beginnings.begin(), beginnings.end(), [&](const std::string& beginning) { return text.starts_with(beginning); });
}

const Layer* layer_of(const std::string& file) {
    const Layer* found = nullptr;
    for (const Layer& layer : layers()) {
        if (file.starts_with(layer.path) && (found == nullptr || layer.path.size() > found->path.size())) found = &layer;
    }
    return found;
}

// Why this file may not include this; none: it may.
std::optional<std::string> complaint(const std::string& file, const std::string& header, bool quoted) {
    const Layer* layer = layer_of(file);
    if (layer == nullptr) return fmt::format("{}: belongs to no layer; add one to this test", file);
    if (quoted) {
        if (!std::filesystem::exists(header)) return fmt::format("{}: \"{}\" is not a path from the repository's root", file, header);
        if (begins_with_one_of(header, layer->own)) return {};
        return fmt::format("{}: {} must not include \"{}\"", file, layer->path, header);
    }
    const bool standard = header.find_first_of("./") == std::string::npos;
    if (standard && std::find(layer->forbidden.begin(), layer->forbidden.end(), header) == layer->forbidden.end()) return {};
    if (!standard && begins_with_one_of(header, layer->foreign)) return {};
    return fmt::format("{}: {} must not include <{}>", file, layer->path, header);
}

std::vector<std::string> complaints_about(const std::string& file, const std::string& text) {
    static const std::regex include(R"(^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"])", std::regex::multiline);
    std::vector<std::string> all;
    for (std::sregex_iterator match(text.begin(), text.end(), include), end; match != end; ++match) {
        if (auto found = complaint(file, (*match)[2], (*match)[1] == "\"")) all.push_back(*found);
    }
    return all;
}

Names product_files() {
    Names files;
    for (const auto& file : source_files({".hpp", ".cpp"})) {
        if (!file.starts_with("tests/")) files.push_back(file);
    }
    return files;
}

TEST(IncludeRules, EveryFileKeepsToItsLayer) {
    const Names files = product_files();
    EXPECT_GT(files.size(), 30U) << "run in the source folder";
    for (const auto& file : files) {
        for (const auto& found : complaints_about(file, text_of_file(file))) ADD_FAILURE() << found;
    }
}

TEST(IncludeRules, PublicHeadersOfTheProductionPortsShowNoAsioAndNoOpenSsl) {
    for (const auto& file : product_files()) {
        const bool is_public = file.starts_with("net/asio/") && file.ends_with(".hpp") && !file.starts_with("net/asio/detail/");
        if (!is_public) continue;
        const std::string text = text_of_file(file);
        for (const char* forbidden : {"<boost/asio", "<openssl", "net/asio/detail/"}) {
            EXPECT_EQ(text.find(forbidden), std::string::npos) << file << " mentions " << forbidden;
        }
    }
}

TEST(IncludeRules, NothingButTheProductionPortsReadsAClock) {
    static const std::regex clock(R"(\b(system_clock|steady_clock|high_resolution_clock|clock_gettime|gettimeofday|this_thread::sleep)\b)");
    for (const auto& file : product_files()) {
        const bool may = file.starts_with("net/asio/") || file.starts_with("chat/cli/") || file.starts_with("chat/daemon/") ||
                         file.starts_with("chat/bench/") || file.starts_with("gui/") || file.starts_with("sim/run/") || file == "chat/parleyd.cpp" || file == "sim/main.cpp";
        if (may) continue;
        EXPECT_FALSE(std::regex_search(text_of_file(file), clock)) << file << " reads a clock; time comes through a Loop";
    }
}

TEST(IncludeRules, TheRulesThemselvesCatchWhatTheyForbid) {
    const auto refuses = [](const std::string& file, const std::string& line) { return !complaints_about(file, line).empty(); };
    EXPECT_TRUE(refuses("consensus/core/x.cpp", "#include \"net/ports/loop.hpp\""));
    EXPECT_TRUE(refuses("consensus/core/x.cpp", "  #  include <thread>"));
    EXPECT_TRUE(refuses("consensus/driver/x.cpp", "#include \"chat/state/commands.hpp\""));
    EXPECT_TRUE(refuses("chat/gateway/x.hpp", "#include <boost/asio/io_context.hpp>"));
    EXPECT_TRUE(refuses("chat/gateway/x.hpp", "#include \"net/asio/asio_loop.hpp\""));
    EXPECT_TRUE(refuses("sim/x.cpp", "#include <mutex>"));
    EXPECT_TRUE(refuses("sim/x.cpp", "#include \"net/asio/asio_loop.hpp\""));
    EXPECT_TRUE(refuses("chat/client/x.hpp", "#include \"client.hpp\""));
    EXPECT_TRUE(refuses("elsewhere/x.hpp", "#include <vector>"));
    EXPECT_FALSE(refuses("consensus/core/x.cpp", "#include <vector>\n#include \"net/ports/bytes.hpp\""));
    EXPECT_FALSE(refuses("chat/cli/x.cpp", "#include \"net/asio/asio_loop.hpp\""));
}

}  // namespace
}  // namespace parley
