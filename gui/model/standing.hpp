// Standing: what the replicas' answers mean for whoever writes: how many more may fail.
#pragma once

#include <string>

#include "gui/model/notifications.hpp"

namespace parley::gui {

// "3 of 3 replicas answer. 1 more may fail and everything goes on."
std::string standing_of(const ReplicasSeen& seen);

// As a replica calls its role in its report; one that is not known stays as it is.
std::string replica_role_text(const std::string& role);

}  // namespace parley::gui
