// Images of the state: equal for equal states, taken beside a writer that goes on, and checked before they are believed.
#include <fstream>
#include <iterator>

#include "chat/state/image.hpp"
#include "chat/state/sqlite.hpp"
#include "tests/unit/state/state_fixture.hpp"

namespace parley::chat::testing {
namespace {

std::string bytes_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::string bytes{std::istreambuf_iterator<char>{file}, {}};
    for (const std::uint64_t offset : image_counters) bytes.replace(offset, 4, std::string{"\0\0\0\1", 4});
    return bytes;
}

std::vector<consensus::DecodedSlot> history() {
    std::vector<consensus::DecodedSlot> slots;
    for (std::uint64_t slot = 1; slot <= 300; ++slot) {
        slots.push_back(slot_of(slot, {encoded(Unnumbered{Register{"user" + std::to_string(slot), "hash", token(slot), "test"}})},
                                static_cast<std::int64_t>(slot) * 1'000));
    }
    return slots;
}

struct Imaged {
    std::uint64_t slot;
    std::uint64_t digest;
    std::string path;
};
Imaged image_of(ScratchFolder& folder, const std::string& name, const std::function<void(ChatState&)>& fill) {
    const std::string database = folder.file(name + ".db");
    ChatState state(database, nullptr, {});
    fill(state);
    PinnedState pinned(database, nullptr);
    const std::string path = folder.file(name + ".image");
    pinned.copy_to(path + ".copy", nullptr);
    const std::uint64_t digest = write_image(path + ".copy", path, nullptr);
    return {pinned.slot(), digest, path};
}

TEST(Image, EqualStatesGiveEqualBytesHoweverTheyWereCommitted) {
    ScratchFolder folder;
    const auto slots = history();
    const Imaged one_by_one = image_of(folder, "a", [&](ChatState& state) {
        for (const auto& slot : slots) state.apply({&slot, 1});
    });
    const Imaged at_once = image_of(folder, "b", [&](ChatState& state) { state.apply(slots); });
    EXPECT_EQ(one_by_one.slot, 300U);
    EXPECT_EQ(one_by_one.digest, at_once.digest);
    EXPECT_TRUE(bytes_of(one_by_one.path) == bytes_of(at_once.path));
}

TEST(Image, IsOfTheMomentItWasPinned) {
    ScratchFolder folder;
    const auto slots = history();
    const std::string database = folder.file("state.db");
    ChatState state(database, nullptr, {});
    state.apply(std::span{slots}.first(100));
    const std::uint64_t digest = state.digest();
    PinnedState pinned(database, nullptr);
    state.apply(std::span{slots}.subspan(100));
    pinned.copy_to(folder.file("copy"), nullptr);
    EXPECT_EQ(write_image(folder.file("copy"), folder.file("image"), nullptr), digest);
    EXPECT_EQ(slot_of_image(folder.file("image"), nullptr), 100U);
    EXPECT_NO_THROW(check_image(folder.file("image"), nullptr, 100, digest));
}

// A person, and then files: the tables for them come in the middle of the history.
std::vector<consensus::DecodedSlot> history_with_files() {
    std::vector<consensus::DecodedSlot> slots{slot_of(1, {encoded(Unnumbered{Register{"Ann", "hash", token(1), "test"}})}, 1'000),
                                              slot_of(2, {encoded(Unnumbered{OpenSession{token(1), 1}})}, 2'000)};
    for (std::uint64_t slot = 3; slot <= 200; ++slot) {
        const std::uint64_t number = slot - 2;
        const FileId file{(slot + 5) / 20};
        const Operation operation = slot < 15 ? Operation{Post{ByRoomName{"general"}, "hello"}}
                                    : slot % 20 == 15 ? Operation{BeginUpload{chunk_bytes, {token(slot)}}}
                                                      : Operation{PostFile{ByRoomName{"general"}, file, "a.png", "", "tea"}};
        slots.push_back(slot_of(slot, {encoded(Unnumbered{ConfirmFile{file, 1, {1}}}), encoded(Numbered{SessionId{2, 0}, number, number, operation})},
                                static_cast<std::int64_t>(slot) * 1'000));
    }
    return slots;
}

TEST(Image, HoldsFilesLikeEverythingElse) {
    ScratchFolder folder;
    const auto slots = history_with_files();
    const Imaged one_by_one = image_of(folder, "a", [&](ChatState& state) {
        for (const auto& slot : slots) state.apply({&slot, 1});
    });
    const Imaged at_once = image_of(folder, "b", [&](ChatState& state) { state.apply(slots); });
    EXPECT_EQ(one_by_one.digest, at_once.digest);
    EXPECT_TRUE(bytes_of(one_by_one.path) == bytes_of(at_once.path));
    EXPECT_NO_THROW(check_image(at_once.path, nullptr, 200, at_once.digest));
    Connection connection(at_once.path, nullptr, Connection::Use::reader);
    EXPECT_EQ(connection.number("SELECT count(*) FROM attachments"), 10U) << "one every twenty slots";
}

TEST(Image, FromBeforeTheFirstFileGoesOnToIt) {
    ScratchFolder folder;
    const auto slots = history_with_files();
    const Imaged image = image_of(folder, "a", [&](ChatState& state) { state.apply(std::span{slots}.first(12)); });
    ChatState whole(folder.file("whole.db"), nullptr, {});
    whole.apply(slots);
    ChatState installed(image.path, nullptr, {});
    installed.apply(std::span{slots}.subspan(12));
    EXPECT_EQ(installed.digest(), whole.digest());
}

TEST(Image, BecomesADatabaseThatGoesOn) {
    ScratchFolder folder;
    const auto slots = history();
    const Imaged image = image_of(folder, "a", [&](ChatState& state) { state.apply(std::span{slots}.first(200)); });
    ChatState whole(folder.file("whole.db"), nullptr, {});
    whole.apply(slots);
    ChatState installed(image.path, nullptr, {});
    EXPECT_EQ(installed.applied_through(), consensus::Slot{200});
    installed.apply(std::span{slots}.subspan(200));
    EXPECT_EQ(installed.digest(), whole.digest());
}

TEST(Image, IsRefusedWhenItIsAnother) {
    ScratchFolder folder;
    const auto slots = history();
    const Imaged image = image_of(folder, "a", [&](ChatState& state) { state.apply(slots); });
    EXPECT_NO_THROW(check_image(image.path, nullptr, 300, image.digest));
    EXPECT_THROW(check_image(image.path, nullptr, 299, image.digest), SqliteError);
    EXPECT_THROW(check_image(image.path, nullptr, 300, image.digest + 1), SqliteError);
    std::ofstream(folder.file("text")) << "this is no database at all, but long enough to look at";
    EXPECT_THROW(check_image(folder.file("text"), nullptr, 300, image.digest), SqliteError);
}

}  // namespace
}  // namespace parley::chat::testing
