#include "chat/client/account_file.hpp"

#include <fmt/format.h>

#include "chat/client/records.hpp"
#include "chat/client/whole_file.hpp"

namespace parley::chat {
namespace {

constexpr const char* account_file = "account";
constexpr std::uint64_t account_bytes_max = 64 * 1024;

}  // namespace

std::string path_in(const std::string& folder, const std::string& name) {
    return folder.empty() ? name : fmt::format("{}/{}", folder, name);
}

net::Result<std::optional<Account>> read_account(net::Disk& disk, const std::string& folder) {
    const std::string path = path_in(folder, account_file);
    if (!disk.exists(path)) return std::optional<Account>{};
    const net::Result<net::Bytes> bytes = read_whole(disk, path, account_bytes_max);
    if (!bytes) return bytes.error();
    net::Result<AccountFile> decoded = net::decode<AccountFile>(*bytes);
    if (!decoded || decoded->format != 1) {
        return net::Error{net::ErrorKind::damaged, fmt::format("the file {} is damaged or of a newer Parley: remove it and log in again",
                                                               disk.native_path(path))};
    }
    return std::optional<Account>{std::move(decoded->account)};
}

net::Result<void> write_account(net::Disk& disk, const std::string& folder, std::uint32_t writer, const Account& account) {
    const std::string fresh = path_in(folder, fmt::format("{}.new-{}", account_file, writer));
    if (net::Result<void> replaced = replace_whole(disk, fresh, path_in(folder, account_file), net::encode(AccountFile{1, account})); !replaced) return replaced;
    return disk.sync_directory(folder);
}

net::Result<void> remove_account(net::Disk& disk, const std::string& folder) {
    const std::string path = path_in(folder, account_file);
    if (!disk.exists(path)) return {};
    if (net::Result<void> removed = disk.remove(path); !removed) return removed;
    return disk.sync_directory(folder);
}

}  // namespace parley::chat
