// cluster.json of a local cluster's folder, as text.
#pragma once

#include <string>

#include "chat/cli/up/formation.hpp"
#include "net/ports/result.hpp"

namespace parley::chat {

std::string to_json(const Formation& formation);
net::Result<Formation> formation_from_json(const std::string& text, const std::string& name);

}  // namespace parley::chat
