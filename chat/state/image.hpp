// Images: the state at one slot as a file for other replicas (docs/state.md Q5). The same state gives the same bytes on every
// replica, however its slots were grouped into transactions. What throws here is SqliteError.
#pragma once

#include <cstdint>
#include <string>

#include "chat/state/sqlite.hpp"

namespace parley::chat {

// Holds the database as it is committed when this is made, while its writer goes on. Made on the writer's Loop, used up
// on another thread; it keeps checkpoints from moving the gate, so not for longer than copying takes.
class PinnedState {
public:
    PinnedState(const std::string& native_path, const char* vfs);
    [[nodiscard]] std::uint64_t slot() const { return slot_; }

    // Page by page to a new file. Nothing is durable.
    void copy_to(const std::string& native_copy, const char* vfs) const;

private:
    Connection connection_;
    Transaction reading_;
    std::uint64_t slot_;
};

// Writes the image of such a copy to a new file and gives the digest of the state. The copy stays behind, with what SQLite puts
// beside it. Nothing is durable.
std::uint64_t write_image(const std::string& native_copy, const std::string& native_image, const char* vfs);

// Where an image counts changes and schema versions: bytes that differ without meaning. Each is set to 1.
inline constexpr std::uint64_t image_counters[] = {24, 40, 92};

// Throws unless the file is a whole, unharmed state of that slot with that digest.
void check_image(const std::string& native_path, const char* vfs, std::uint64_t slot, std::uint64_t digest);
// For a new cluster that begins with this state: who belonged to the one it comes from is forgotten, and the audit log says where it
// comes from (`origin`). On equal files it does the same.
void make_independent(const std::string& native_path, const char* vfs, const std::string& origin);
std::uint64_t slot_of_image(const std::string& native_path, const char* vfs);

}  // namespace parley::chat
