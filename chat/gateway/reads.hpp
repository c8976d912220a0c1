// Reads: questions answered from the View for one user. Only members see a private room or a direct conversation, its
// messages and its members; pages are bounded. Changes nothing.
#pragma once

#include "chat/gateway/gateway.hpp"

namespace parley::chat {

class Reads {
public:
    Reads(View& view, const GatewayOptions& options) : view_(view), options_(options) {}

    Payload answer(const LoginRow& asking, const AskWhoAmI& question);
    Payload answer(const LoginRow& asking, const AskUsers& question);
    Payload answer(const LoginRow& asking, const AskMyRooms& question);
    Payload answer(const LoginRow& asking, const AskPublicRooms& question);
    Payload answer(const LoginRow& asking, const AskRoom& question);
    Payload answer(const LoginRow& asking, const AskMembers& question);
    Payload answer(const LoginRow& asking, const AskHistory& question);
    Payload answer(const LoginRow& asking, const AskThread& question);
    Payload answer(const LoginRow& asking, const AskPins& question);
    Payload answer(const LoginRow& asking, const AskEdits& question);
    Payload answer(const LoginRow& asking, const AskBans& question);
    Payload answer(const LoginRow& asking, const AskUnread& question);
    Payload answer(const LoginRow& asking, const AskLogins& question);
    Payload answer(const LoginRow& asking, const AskBlocked& question);
    Payload answer(const LoginRow& asking, const AskAllRooms& question);
    Payload answer(const LoginRow& asking, const AskAudit& question);
    Payload answer(const LoginRow& asking, const AskProfiles& question);
    Payload answer(const LoginRow& asking, const AskDrafts& question);
    Payload answer(const LoginRow& asking, const AskReceipts& question);
    Payload answer(const LoginRow& asking, const AskRegistration& question);

    // The room, if this user may read it.
    net::Result<RoomRow> readable(const LoginRow& asking, const Target& target);

private:
    [[nodiscard]] std::uint32_t rows(std::uint32_t asked) const;
    void cut(MessagePage& page, bool backwards) const;

    View& view_;
    const GatewayOptions& options_;
};

// The failure a client sees when a read failed.
Failure failure_of(const net::Error& error);

}  // namespace parley::chat
