// FileWatch (O19): from the slot on in which the first replica takes a file for whole, to the one in which it is gone, each of its chunks lies on
// a quorum of those who vote, read from their media by an observer outside; what the fault budget has taken counts as if it were there. It also
// knows what people brought, so that whoever fetches a file can compare.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "chat/state/view.hpp"
#include "sim/workload.hpp"

namespace parley::sim {

// Where people post them. Nobody keeps track of the texts beside them.
inline constexpr const char* room_of_files = "files";

// What somebody brings: content and size follow from the seed.
net::Bytes content_of_file(std::uint64_t seed);

class FileWatch {
public:
    explicit FileWatch(const WorldGround& ground) : ground_(ground) {}

    using Read = std::function<net::Result<std::optional<chat::FileRow>>(chat::FileId)>;
    // A replica executes it.
    void changed(MachineId machine, const chat::FileChanged& change, const Read& read);
    // Now and then: what was whole is so still.
    void look();
    // Every member has every whole file, and nobody keeps what no file needs; otherwise what is missing.
    [[nodiscard]] bool is_settled(std::string& missing) const;
    // The bytes on a medium are those of the names, where nothing was damaged. For the audit.
    void check_bytes(std::size_t replica);

    struct Message { std::uint64_t number = 0; std::uint64_t seed = 0; };
    // Its author was told that it is there.
    void posted(Message message, chat::FileId file);
    [[nodiscard]] const std::vector<Message>& posted() const { return posted_; }
    void erased(std::uint64_t number) { erased_.insert(number); }
    [[nodiscard]] bool is_erased(std::uint64_t number) const { return erased_.contains(number); }

private:
    struct File {
        std::vector<chat::ChunkHash> chunks;
        bool is_whole = false;
    };
    void check(chat::FileId id, const File& file) const;
    [[nodiscard]] bool holds(std::size_t replica, const File& file) const;
    [[nodiscard]] std::optional<std::size_t> machine_of(consensus::NodeId node) const;

    WorldGround ground_;
    std::map<chat::FileId, File> files_;        // that are there, by what the first replica to execute it said
    std::set<chat::FileId> gone_;
    std::vector<Message> posted_;
    std::set<std::uint64_t> erased_;            // somebody wanted it deleted
};

}  // namespace parley::sim
