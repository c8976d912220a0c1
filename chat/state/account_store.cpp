// The statements behind AccountStore. Each one is prepared once.
#include "chat/state/account_store.hpp"

namespace parley::chat::state {
namespace {

std::span<const std::byte> as_blob(const TokenHash& hash) { return {hash.data(), hash.size()}; }

}  // namespace

struct AccountStore::Impl {
    explicit Impl(Connection& used) : connection(used) {}

    Connection& connection;
    Statement read_registration{connection, "SELECT registration FROM settings WHERE one = 1"};
    Statement write_registration{connection, "UPDATE settings SET registration = ?1 WHERE one = 1"};
    Statement read_invite{connection, "SELECT by_user, made_ms, expires_ms, uses_left FROM invites WHERE code = ?1"};
    Statement count_invites{connection, "SELECT count(*) FROM invites WHERE by_user = ?1 AND expires_ms > ?2"};
    Statement insert_invite{connection, "INSERT INTO invites VALUES (?1, ?2, ?3, ?4, ?5)"};
    Statement use{connection, "UPDATE invites SET uses_left = uses_left - 1 WHERE code = ?1"};
    Statement delete_used{connection, "DELETE FROM invites WHERE code = ?1 AND uses_left = 0"};
    Statement delete_old{connection, "DELETE FROM invites WHERE by_user = ?1 AND expires_ms <= ?2"};
    Statement insert_audit{connection, "INSERT INTO audit SELECT coalesce(max(entry), 0) + 1, ?1, ?2, ?3, ?4, ?5, ?6, ?7 FROM audit"};
    Statement find_nonce{connection, "SELECT 1 FROM audit WHERE nonce = ?1 AND nonce <> 0"};
    Statement find_block{connection, "SELECT 1 FROM blocks WHERE user = ?1 AND blocked = ?2"};
    Statement count_blocks{connection, "SELECT count(*) FROM blocks WHERE user = ?1"};
    Statement insert_block{connection, "INSERT INTO blocks VALUES (?1, ?2)"};
    Statement delete_block{connection, "DELETE FROM blocks WHERE user = ?1 AND blocked = ?2"};
};

AccountStore::AccountStore(Connection& connection) : impl_(std::make_unique<Impl>(connection)) {}
AccountStore::~AccountStore() = default;

Registration AccountStore::registration() {
    Run run(impl_->read_registration);
    return run.row() ? static_cast<Registration>(run.small(0)) : Registration::closed;
}

void AccountStore::set_registration(Registration policy) { Run(impl_->write_registration, static_cast<std::uint32_t>(policy)).done(); }

void AccountStore::add_audit(const AuditRecord& record) {
    Run(impl_->insert_audit, record.slot, record.time_ms, record.by.value, static_cast<std::uint32_t>(record.act), record.subject, record.detail, static_cast<std::int64_t>(record.nonce)).done();
}

bool AccountStore::is_audited(std::uint64_t nonce) {
    Run run(impl_->find_nonce, static_cast<std::int64_t>(nonce));
    return run.row();
}

std::optional<InviteRecord> AccountStore::invite(const TokenHash& code) {
    Run run(impl_->read_invite, as_blob(code));
    if (!run.row()) return std::nullopt;
    return InviteRecord{UserId{run.number(0)}, run.integer(1), run.integer(2), run.small(3)};
}

std::uint32_t AccountStore::invites_of(UserId user, std::int64_t now_ms) {
    Run run(impl_->count_invites, user.value, now_ms);
    return run.row() ? run.small(0) : 0;
}

void AccountStore::add_invite(const TokenHash& code, const InviteRecord& record) {
    Run(impl_->insert_invite, as_blob(code), record.by.value, record.made_ms, record.expires_ms, record.uses_left).done();
}

void AccountStore::use_invite(const TokenHash& code) {
    Run(impl_->use, as_blob(code)).done();
    Run(impl_->delete_used, as_blob(code)).done();
}

void AccountStore::remove_old_invites(UserId user, std::int64_t now_ms) { Run(impl_->delete_old, user.value, now_ms).done(); }

bool AccountStore::is_blocked(UserId user, UserId by) {
    Run run(impl_->find_block, by.value, user.value);
    return run.row();
}

std::uint32_t AccountStore::blocked_by(UserId user) {
    Run run(impl_->count_blocks, user.value);
    return run.row() ? run.small(0) : 0;
}

void AccountStore::add_block(UserId user, UserId blocked) { Run(impl_->insert_block, user.value, blocked.value).done(); }
void AccountStore::remove_block(UserId user, UserId blocked) { Run(impl_->delete_block, user.value, blocked.value).done(); }

}  // namespace parley::chat::state
