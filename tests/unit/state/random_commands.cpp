// The mix of commands.
#include "tests/unit/state/random_commands.hpp"

#include <fmt/format.h>

namespace parley::chat::testing {

std::string RandomCommands::user_name() { return fmt::format("user{}", draw(8)); }
std::string RandomCommands::room_name() { return chance(50) ? "general" : fmt::format("Room{}", draw(6)); }

Target RandomCommands::target() {
    switch (draw(4)) {
        case 0: return ByRoom{RoomId{draw(8)}};
        case 1:
            if (chance(50)) return ByPeople{{user_name(), user_name(), user_name()}};
            return ByUserName{user_name()};
        default: return ByRoomName{room_name()};
    }
}

// Mostly noise, sometimes a call to somebody.
std::string RandomCommands::text() {
    if (!chance(98)) return std::string(1 + draw(5), '\x01');
    if (chance(15)) return chance(30) ? "@room" : "@" + user_name() + "!";
    return std::string(draw(text_bytes_max_), 'x');
}

Operation RandomCommands::operation() {
    const std::uint64_t kind = draw(100);
    if (kind < 6) return people_operation();
    if (kind < 32) return Post{target(), text(), chance(30) ? draw(40) : 0};
    if (kind < 40) return file_operation();
    if (kind < 57) return message_change();
    if (kind < 62) return MarkRead{target(), draw(40)};
    if (kind < 64) return MarkUnread{target(), draw(40)};
    if (kind < 65) return SetNotify{target(), static_cast<Notify>(draw(3))};
    if (kind < 73) return DeleteMessage{target(), draw(40)};
    if (kind < 80) return JoinRoom{target()};
    if (kind < 83) return LeaveRoom{target()};
    if (kind < 86) return InviteToRoom{target(), user_name()};
    if (kind < 94) return room_operation();
    if (kind < 95) return access_operation();
    if (kind < 97) return CreateRoom{room_name(), chance(30)};
    if (kind < 99) return LogOut{chance(20)};
    return DeleteAccount{};
}

Operation RandomCommands::people_operation() {
    switch (draw(8)) {
        case 0: return SetProfile{chance(70) ? std::optional{chance(80) ? fmt::format("Shown {}", draw(4)) : user_name()} : std::nullopt, std::nullopt};
        case 1: return SetProfile{chance(20) ? std::optional{std::string{}} : std::nullopt, static_cast<std::uint32_t>(draw(2) == 0 ? no_colour : draw(3))};
        case 2: return SetAdministrator{user_name(), chance(60)};
        case 3: return chance(20) ? Operation{DeleteUser{user_name(), chance(50)}} : Operation{SetAdministrator{user_name(), false}};
        case 4: return FreeName{user_name()};
        case 5: return chance(20) ? Operation{EraseAccount{chance(50)}} : Operation{FreeName{user_name()}};
        default: return KeepDraft{target(), chance(70) ? text() : ""};
    }
}

// Few contents and few of them at a time, so that files are shared, posted twice and gone.
Operation RandomCommands::file_operation() {
    const FileId file{draw(6)};
    switch (draw(10)) {
        case 0: return CancelUpload{file};
        case 1: case 2: case 3: case 4: {
            const std::uint64_t size = chance(5) ? 2'500'000 : draw(3) * 700'000;
            return BeginUpload{size, std::vector<ChunkHash>(chance(5) ? 1 : chunks_of(size), ChunkHash{static_cast<std::byte>(draw(2))})};
        }
        default: return PostFile{chance(70) ? ByRoomName{"general"} : target(), file, chance(95) ? "a.png" : "a/b", chance(95) ? "image/png" : "x", chance(50) ? text() : "", chance(20) ? draw(40) : 0};
    }
}

net::Bytes RandomCommands::confirmation() {
    if (chance(10)) return encoded(Unnumbered{ExpectVoters{1, {1 + draw(3), 4 + draw(2)}}}, ++request_);
    return encoded(Unnumbered{ConfirmFile{FileId{draw(8)}, chance(95) ? 1U : 2U, {1, 4 + draw(2)}}}, ++request_);
}

Operation RandomCommands::message_change() {
    const std::string emoji = chance(95) ? std::string(1, static_cast<char>('a' + draw(3))) : "two";
    switch (draw(6)) {
        case 0: return EditMessage{target(), draw(40), chance(50) ? text() : std::string(1 + draw(5), 'e')};
        case 1: return Pin{target(), draw(40)};
        case 2: return Unpin{target(), draw(40)};
        case 3: return Unreact{target(), draw(40), emoji};
        default: return React{target(), draw(40), emoji};
    }
}

Operation RandomCommands::room_operation() {
    switch (draw(12)) {
        case 0: return KickMember{target(), user_name()};
        case 1: return BanUser{target(), user_name()};
        case 2: return UnbanUser{target(), user_name()};
        case 3: return MuteMember{target(), user_name(), draw(3) * 60'000};
        case 4: return SetTopic{target(), std::string(draw(5), 't')};
        case 5: return RenameRoom{target(), room_name()};
        case 6: return ArchiveRoom{target(), chance(10)};
        case 7: return chance(15) ? Operation{DeleteRoom{target()}} : Operation{ArchiveRoom{target(), false}};
        default: return SetRole{target(), user_name(), static_cast<Role>(draw(5))};
    }
}

Operation RandomCommands::access_operation() {
    switch (draw(7)) {
        case 5: return DisableUser{user_name(), chance(8)};
        case 6: return SetRetention{target(), static_cast<std::uint32_t>(draw(3))};
        case 0: return EndLogin{LoginId{draw(12)}};
        case 1: return SetRegistration{static_cast<Registration>(chance(80) ? 0 : draw(3))};
        case 2: return MakeInvite{token(200 + draw(5)), static_cast<std::uint32_t>(draw(3)), draw(3) * 30'000};
        case 3: return BlockUser{user_name()};
        default: return UnblockUser{user_name()};
    }
}

net::Bytes RandomCommands::numbered() {
    Session& session = sessions_[draw(sessions_.size())];
    std::uint64_t number = session.next;
    const std::uint64_t how = draw(100);
    if (how < 10) number -= std::min(number, draw(5));    // a repeat, or 0
    if (how >= 96) number += 1 + draw(3);                 // a gap
    if (number == session.next) ++session.next;
    const std::uint64_t lowest = number - std::min(number, draw(6));
    return encoded(Numbered{session.id, number, lowest, operation()}, ++request_);
}

net::Bytes RandomCommands::unnumbered(std::uint64_t slot, std::uint32_t place) {
    const std::uint64_t seed = draw(12) + 1;
    switch (draw(4)) {
        case 0: return encoded(Unnumbered{Register{fmt::format("user{}", seed - 1), "hash", token(seed), "test",
                                                    chance(50) ? std::optional{token(200 + draw(5))} : std::nullopt}}, ++request_);
        case 2:
            if (chance(80)) break;
            return encoded(Unnumbered{ChangePassword{token(seed), 1, "new hash", draw(3)}}, ++request_);
        case 1: return encoded(Unnumbered{LogIn{UserId{draw(9)}, 1, token(seed + draw(2) * 20), "test"}}, ++request_);
        default: break;
    }
    // It may be refused or be a repeat; then this session stays unknown.
    sessions_.push_back({SessionId{slot, place}, 1});
    return encoded(Unnumbered{OpenSession{token(seed), draw(30)}}, ++request_);
}

net::Bytes RandomCommands::command(std::uint64_t slot, std::uint32_t place) {
    if (chance(1)) return net::Bytes(draw(20), std::byte{0x5C});
    if (chance(2)) return encoded(Unnumbered{Verify{slot}}, ++request_);
    if (chance(6)) return confirmation();
    if (slot < 20 || sessions_.empty() || chance(8)) return unnumbered(slot, place);
    return numbered();
}

std::vector<consensus::DecodedSlot> RandomCommands::slots(std::uint64_t count) {
    std::vector<consensus::DecodedSlot> slots;
    for (std::uint64_t slot = 1; slot <= count; ++slot) {
        log_time_ms_ += static_cast<std::int64_t>(chance(2) ? draw(40'000) : draw(300));
        if (chance(3)) {
            slots.push_back({consensus::Slot{slot}, consensus::Batch{}});
            continue;
        }
        std::vector<net::Bytes> commands;
        const std::uint64_t size = 1 + draw(6);
        for (std::uint64_t place = 0; place < size; ++place) {
            commands.push_back(command(slot, static_cast<std::uint32_t>(place)));
        }
        slots.push_back(slot_of(slot, std::move(commands), log_time_ms_));
    }
    return slots;
}

}  // namespace parley::chat::testing
