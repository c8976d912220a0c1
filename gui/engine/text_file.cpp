#include "gui/engine/text_file.hpp"

#include <cstring>
#include <span>

#include "chat/client/whole_file.hpp"

namespace parley::gui {
namespace {

constexpr std::uint64_t bytes_max = 16 * 1024;

}  // namespace

net::Result<std::string> read_text(net::Disk& disk, const std::string& path) {
    const net::Result<net::Bytes> bytes = chat::read_whole(disk, path, bytes_max);
    if (!bytes) return bytes.error();
    std::string text(bytes->size(), '\0');
    std::memcpy(text.data(), bytes->data(), text.size());
    return text;
}

net::Result<void> replace_text(net::Disk& disk, const std::string& fresh, const std::string& path, const std::string& text) {
    return chat::replace_whole(disk, fresh, path, std::as_bytes(std::span{text}));
}

}  // namespace parley::gui
