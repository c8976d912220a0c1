// The administrator's lists as rows, and the chosen one in a few lines.
#pragma once

#include <string>
#include <vector>

#include "gui/model/model.hpp"
#include "gui/views/list_box.hpp"

namespace parley::gui {

std::vector<ListItem> items_of_users(const Model& model);
std::vector<ListItem> items_of_rooms(const Model& model, const std::string& letters);
// Behind the entries a row that asks for older ones, when there are: its id is one more than there are entries.
std::vector<ListItem> items_of_audit(const Model& model);

std::string lines_of(const chat::UserRow& user, const Model& model);
std::string lines_of(const chat::RoomRow& room);

}  // namespace parley::gui
