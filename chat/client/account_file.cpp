#include "chat/client/account_file.hpp"

#include <fmt/format.h>

#include "chat/client/records.hpp"

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
    const auto file = disk.open(path, net::OpenMode::read_only);
    if (!file) return file.error();
    const net::Result<std::uint64_t> size = (*file)->size();
    if (!size) return size.error();
    net::Bytes bytes(static_cast<std::size_t>(std::min(*size, account_bytes_max)));
    const net::Result<std::size_t> got = (*file)->read(0, bytes);
    if (!got) return got.error();
    bytes.resize(*got);
    net::Result<AccountFile> decoded = net::decode<AccountFile>(bytes);
    if (!decoded || decoded->format != 1) {
        return net::Error{net::ErrorKind::damaged, fmt::format("the file {} is damaged or of a newer Parley: remove it and log in again",
                                                               disk.native_path(path))};
    }
    return std::optional<Account>{std::move(decoded->account)};
}

net::Result<void> write_account(net::Disk& disk, const std::string& folder, std::uint32_t writer, const Account& account) {
    const std::string fresh = path_in(folder, fmt::format("{}.new-{}", account_file, writer));
    if (disk.exists(fresh)) {
        if (net::Result<void> removed = disk.remove(fresh); !removed) return removed;
    }
    const auto file = disk.open(fresh, net::OpenMode::create_new);
    if (!file) return file.error();
    if (net::Result<void> written = (*file)->write(0, net::encode(AccountFile{1, account})); !written) return written;
    if (net::Result<void> synced = (*file)->sync(); !synced) return synced;
    if (net::Result<void> renamed = disk.rename(fresh, path_in(folder, account_file)); !renamed) return renamed;
    return disk.sync_directory(folder);
}

net::Result<void> remove_account(net::Disk& disk, const std::string& folder) {
    const std::string path = path_in(folder, account_file);
    if (!disk.exists(path)) return {};
    if (net::Result<void> removed = disk.remove(path); !removed) return removed;
    return disk.sync_directory(folder);
}

}  // namespace parley::chat
