// ServerPane: the servers that were used before, beside the form that logs somebody in. Enter, a double click or the button goes to one, Del takes it off the list.
#pragma once

#include <functional>

#include <wx/button.h>
#include <wx/panel.h>
#include <wx/stattext.h>

#include "gui/model/servers.hpp"
#include "gui/views/list_box.hpp"

namespace parley::gui {

struct ServerPaneEvents {
    std::function<void(const chat::UsedServer& server)> go_to, forget;
};

class ServerPane : public wxPanel {
public:
    ServerPane(wxWindow* parent, ServerPaneEvents events);

    void set_palette(const Palette& palette);
    // `current`: where the form logs in.
    void show(const ServerList& servers, std::optional<std::size_t> current);
    [[nodiscard]] ListBox& list() { return *list_; }

private:
    void act(const std::function<void(const chat::UsedServer&)>& what);

    ServerPaneEvents events_;
    const Palette* palette_ = &Palette::light();
    std::vector<chat::UsedServer> servers_;
    wxStaticText* heading_;
    ListBox* list_;
    wxButton* go_;
    wxButton* forget_;
};

}  // namespace parley::gui
