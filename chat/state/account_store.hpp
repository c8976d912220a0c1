// AccountStore: the rows about who may register and who wants to hear from whom. Written at once; knows no rules.
// Every error of SQLite here is fatal to the replica.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "chat/state/commands.hpp"
#include "chat/state/sqlite.hpp"

namespace parley::chat::state {

struct InviteRecord {
    UserId by;
    std::int64_t made_ms = 0;
    std::int64_t expires_ms = 0;
    std::uint32_t uses_left = 0;
};

struct AuditRecord {
    std::uint64_t slot = 0;
    std::int64_t time_ms = 0;
    UserId by;
    AuditAct act = AuditAct::registration_set;
    std::string subject;      // of whom or what
    std::string detail;
    std::uint64_t nonce = 0;  // of a command that may come twice; 0: none
};

class AccountStore {
public:
    explicit AccountStore(Connection& connection);
    ~AccountStore();
    AccountStore(const AccountStore&) = delete;
    AccountStore& operator=(const AccountStore&) = delete;

    Registration registration();
    void set_registration(Registration policy);

    std::optional<InviteRecord> invite(const TokenHash& code);
    std::uint32_t invites_of(UserId user, std::int64_t now_ms);          // that are not too old
    void add_invite(const TokenHash& code, const InviteRecord& record);
    void use_invite(const TokenHash& code);                              // the last use removes it
    void remove_old_invites(UserId user, std::int64_t now_ms);

    void add_audit(const AuditRecord& record);
    bool is_audited(std::uint64_t nonce);                                // a command with this nonce took effect

    bool is_blocked(UserId user, UserId by);
    std::uint32_t blocked_by(UserId user);
    void add_block(UserId user, UserId blocked);
    void remove_block(UserId user, UserId blocked);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace parley::chat::state
