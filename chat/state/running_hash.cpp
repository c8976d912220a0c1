#include "chat/state/running_hash.hpp"

#include <vector>

#include <xxhash.h>

#include "net/archive/archive.hpp"

namespace parley::chat::state {
namespace {

std::uint64_t hash_of(net::ByteView bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

std::uint64_t chained(std::uint64_t before, const net::Bytes& link) { return XXH3_64bits_withSeed(link.data(), link.size(), before); }

struct EffectWriter {
    net::OutArchive& out;
    void operator()(const DigestTaken& effect) const { out & effect.slot & effect.digest; }
    void operator()(const CommandAnswered& effect) const { out & effect.origin & effect.answer; }
    void operator()(const MessagePosted& effect) const { out & effect.message; }
    void operator()(const MessageChanged& effect) const { out & effect.change; }
    void operator()(const MembershipChanged& effect) const { out & effect.room & effect.user & effect.is_member; }
    void operator()(const RoomChanged& effect) const { out & effect.room; }
    void operator()(const ReadMarked& effect) const { out & effect.room & effect.user & effect.number & effect.back; }
    void operator()(const LoginEnded& effect) const { out & effect.login & effect.user; }
    void operator()(const FileChanged& effect) const { out & effect.file & effect.stage; }
    void operator()(const AdministratorChanged& effect) const { out & effect.user & effect.is_admin; }
    void operator()(const ProfileChanged& effect) const { out & effect.user; }
    void operator()(const DraftChanged& effect) const { out & effect.room & effect.user & effect.text; }
};

}  // namespace

// The archive writes little-endian numbers of fixed width: the same on every machine. Commands are hashed where they lie.
std::uint64_t chain_batch(std::uint64_t before, const consensus::DecodedSlot& decoded) {
    const consensus::Batch& batch = decoded.batch;
    net::OutArchive out{64 + 8 * batch.commands.size()};
    out & decoded.slot.value & batch.kind & batch.log_time_ms;
    for (const net::Bytes& command : batch.commands) out & hash_of(command);
    return chained(before, out.take());
}

std::uint64_t chain_results(std::uint64_t before, const Progress& after, std::span<const Effect> effects) {
    net::OutArchive out{128 + 256 * effects.size()};
    out & after.applied_through & after.log_time_ms & after.active_ms & after.swept_ms & after.next_user & after.next_login &
        after.next_room & after.named_rooms & after.doomed_rooms & after.retentions & after.retention_due_ms;
    for (const Effect& effect : effects) {
        out & static_cast<std::uint8_t>(effect.index());
        std::visit(EffectWriter{out}, effect);
    }
    return chained(before, out.take());
}

}  // namespace parley::chat::state
