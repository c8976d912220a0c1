// The running hashes of P13: a function of the slots alone, whatever the transactions and restarts, and another one as soon as anything
// that was applied, or came of it, is another.
#include "chat/state/running_hash.hpp"

#include <memory>
#include <set>
#include <utility>

#include "chat/state/sqlite.hpp"
#include "tests/unit/state/random_commands.hpp"

namespace parley::chat::testing {
namespace {

Limits every_ten_slots() {
    Limits limits;
    limits.boundary_slots = 10;
    return limits;
}

std::vector<Boundary> boundaries_of(const std::vector<consensus::DecodedSlot>& slots, std::size_t group, bool restarts, const char* between = nullptr) {
    ScratchFolder folder;
    const std::string path = folder.file("state.db");
    auto state = std::make_unique<ChatState>(path, nullptr, every_ten_slots());
    for (std::span<const consensus::DecodedSlot> rest = slots; !rest.empty(); rest = rest.subspan(std::min(group, rest.size()))) {
        state->apply(rest.first(std::min(group, rest.size())));
        static_cast<void>(state->take_effects());
        if (!restarts && between == nullptr) continue;
        state.reset();
        if (between != nullptr) Connection(path, nullptr, Connection::Use::writer).execute(std::exchange(between, nullptr));
        state = std::make_unique<ChatState>(path, nullptr, every_ten_slots());
    }
    return state->boundaries();
}

TEST(RunningHash, DependsOnTheSlotsAlone) {
    const auto slots = RandomCommands(7).slots(200);
    const auto wanted = boundaries_of(slots, 1, false);
    ASSERT_EQ(wanted.size(), boundaries_kept);
    EXPECT_EQ(wanted.front().slot, 130U);
    EXPECT_EQ(wanted.back().slot, 200U);
    EXPECT_EQ(boundaries_of(slots, slots.size(), false), wanted);
    EXPECT_EQ(boundaries_of(slots, 7, true), wanted) << "kept in the database";
}

TEST(RunningHash, AnotherBatchIsAnotherOneForEver) {
    const auto slots = RandomCommands(7).slots(60);
    const auto wanted = boundaries_of(slots, 60, false);
    for (const auto change : {0, 1, 2}) {
        auto others = slots;
        auto& batch = others[25].batch;
        if (change == 0) batch.commands.push_back(net::Bytes{std::byte{0xFF}});   // no command: changes nothing else
        if (change == 1) batch.log_time_ms += 1;
        if (change == 2) batch = consensus::Batch{consensus::BatchKind::no_op, batch.log_time_ms, {}};
        const auto found = boundaries_of(others, 60, false);
        ASSERT_EQ(found.size(), 6U);
        EXPECT_EQ(found[1], wanted[1]) << change;
        for (std::size_t i = 2; i < 6; ++i) EXPECT_NE(found[i].batches, wanted[i].batches) << change;
    }
}

TEST(RunningHash, AnotherResultOfTheSameBatchesIsAnotherOneForEver) {
    const auto slots = RandomCommands(7).slots(60);
    const auto wanted = boundaries_of(slots, 25, false);
    const auto found = boundaries_of(slots, 25, false, "UPDATE progress SET active_ms = active_ms + 1");
    ASSERT_EQ(found.size(), wanted.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
        EXPECT_EQ(found[i].batches, wanted[i].batches);
        EXPECT_EQ(found[i].results == wanted[i].results, found[i].slot <= 20) << found[i].slot;
    }
}

TEST(RunningHash, EveryEffectCounts) {
    const std::vector<Effect> effects{DigestTaken{1, 2}, CommandAnswered{Origin{1, 2, 3}, Answer{3, Refused{Refusal::malformed}}}, MessagePosted{},
                                      MessageChanged{}, MembershipChanged{RoomId{1}, UserId{2}, true}, RoomChanged{RoomId{1}},
                                      ReadMarked{RoomId{1}, UserId{2}, 3, false}, LoginEnded{LoginId{1}, UserId{2}}, FileChanged{FileId{1}, FileStage::whole},
                                      AdministratorChanged{UserId{1}, true}, ProfileChanged{UserId{1}}, DraftChanged{RoomId{1}, UserId{2}, "so"}};
    ASSERT_EQ(effects.size(), std::variant_size_v<Effect>);
    const auto hash = [](const std::vector<Effect>& list) { return state::chain_results(1, state::Progress{}, list); };
    std::set<std::uint64_t> seen{hash(effects), hash({})};
    for (std::size_t i = 0; i < effects.size(); ++i) {
        auto fewer = effects;
        fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
        EXPECT_TRUE(seen.insert(hash(fewer)).second) << i;
        EXPECT_TRUE(seen.insert(hash({effects[i]})).second) << i;
    }
    auto swapped = effects;
    std::swap(swapped[5], swapped[7]);
    EXPECT_TRUE(seen.insert(hash(swapped)).second) << "their order counts";
}

// Another value here means that replicas of the version before and of this one contradict each other.
TEST(RunningHash, OfAFixedStoryIsGolden) {
    std::vector<consensus::DecodedSlot> slots;
    for (std::uint64_t slot = 1; slot <= 40; ++slot) {
        const Register command{"person" + std::to_string(slot), "hash", token(slot), "test"};
        slots.push_back(slot_of(slot, {encoded(Unnumbered{command}, slot)}, static_cast<std::int64_t>(1'000 * slot)));
    }
    const Boundary last = boundaries_of(slots, 40, false).back();
    EXPECT_EQ(last, (Boundary{40, 1349205479022601506U, 17230965099505720570U})) << last.batches << ' ' << last.results;
}

}  // namespace
}  // namespace parley::chat::testing
