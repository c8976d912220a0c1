// TextFile: a small text of a user's own, read and replaced as a whole.
#pragma once

#include <string>

#include "net/ports/disk.hpp"

namespace parley::gui {

// At most 16 KiB of it.
net::Result<std::string> read_text(net::Disk& disk, const std::string& path);
// The file is the old one or the new one, never a part. `fresh`: a name nobody else uses meanwhile. That it is the new one is durable once its folder is synced.
net::Result<void> replace_text(net::Disk& disk, const std::string& fresh, const std::string& path, const std::string& text);

}  // namespace parley::gui
