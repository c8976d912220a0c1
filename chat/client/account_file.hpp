// AccountFile of a profile: read and replaced as a whole, so that a reader sees the old or the new account, never half.
#pragma once

#include "chat/client/store.hpp"

namespace parley::chat {

// None: not logged in. An error: unreadable or not ours.
net::Result<std::optional<Account>> read_account(net::Disk& disk, const std::string& folder);
// `writer` keeps two processes of a profile from using one temporary name. Durable when it returns.
net::Result<void> write_account(net::Disk& disk, const std::string& folder, std::uint32_t writer, const Account& account);
net::Result<void> remove_account(net::Disk& disk, const std::string& folder);

// folder/name, or name where the folder is the disk's root.
std::string path_in(const std::string& folder, const std::string& name);

}  // namespace parley::chat
