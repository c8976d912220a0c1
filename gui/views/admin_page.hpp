// AdminPage: what an administrator sees and does, in the place of the room: users, rooms, who may register, the audit log,
// the cluster. It asks and answers in place, so nothing here stops the chat. What is done becomes commands.
#pragma once

#include <array>
#include <functional>
#include <map>

#include <wx/button.h>
#include <wx/panel.h>
#include <wx/simplebook.h>
#include <wx/stattext.h>
#include <wx/timer.h>

#include "gui/engine/commands.hpp"
#include "gui/model/model.hpp"
#include "gui/views/act_bar.hpp"
#include "gui/views/act_pane.hpp"
#include "gui/views/cluster_view.hpp"
#include "gui/views/page_header.hpp"
#include "gui/views/registration_pane.hpp"

namespace parley::gui {

class AdminPage : public wxPanel {
public:
    enum class Tab { users, rooms, registration, audit, cluster };

    AdminPage(wxWindow* parent, Model& model, std::function<void(Command)> post, std::function<void()> close);
    void set_palette(const Palette& palette);
    void refresh(const Changed& changed);
    // While it is shown it asks the replicas how they are once a second.
    void shown(bool is_shown);
    void show_tab(Tab tab);
    void focus();
    // Takes back a question; false when there was none.
    bool escape() { return bar_->cancel(); }

private:
    static constexpr std::size_t tab_count = 5;

    void add_header(wxSizer* sizer, std::function<void()> close);
    void add_panes(wxSizer* sizer);
    void on_key(wxKeyEvent& event);
    void load();
    void refresh_tabs();
    void refresh_shown();
    void refresh_user();
    void refresh_room();
    void refresh_bar();
    void audit_chosen(const ListItem& item);

    // ---- acts ----
    void offer(Details& details, const Act& act);
    void begin(const Act& act);
    ActId start(const Act& act);
    void new_password(const std::string& name, const std::string& typed, const std::string& remark);
    void new_room(bool is_private, const std::string& typed, const std::string& remark);
    void keep_texts_in(const chat::RoomRow& room, const std::string& remark);
    void invite(std::uint32_t uses, std::uint32_t days);
    void act_ended();

    Model& model_;
    std::function<void(Command)> post_;
    const Palette* palette_ = &Palette::light();
    Tab tab_ = Tab::users;
    bool was_online_ = false;
    ActId put_away_;                         // how it ended is not said any more
    // What is asked anew, with what was typed, when it was refused.
    std::map<ActId, std::function<void(const std::string& why)>> again_;

    PageHeader header_;
    std::array<wxButton*, tab_count> tabs_{};
    wxSimplebook* book_ = nullptr;
    ActPane* users_ = nullptr;
    ActPane* rooms_ = nullptr;
    RegistrationPane* registration_ = nullptr;
    ListBox* audit_ = nullptr;
    ClusterView* cluster_ = nullptr;
    ActBar* bar_ = nullptr;
    wxTimer timer_;
};

}  // namespace parley::gui
