// What an administrator does: asked first where it cannot be taken back, then a command, then how it ended.
#include <fmt/format.h>

#include "gui/views/admin_page.hpp"
#include "gui/views/text.hpp"

namespace parley::gui {
namespace {

// A remark on what was typed before stands in front of the question.
std::string with_remark(const std::string& remark, const std::string& question) { return remark.empty() ? question : remark + " " + question; }

std::string trimmed(const std::string& text) { return to_utf8(wxString(from_utf8(text)).Trim().Trim(false)); }

}  // namespace

void AdminPage::offer(Details& details, const Act& act) {
    details.offers.push_back({act.question.empty() ? act.label : tr("{0}…", act.label), tr("{0} {1}", act.label, act.subject), !act.question.empty(), [this, act] { begin(act); }});
}

// The button stays while something is under way, for the focus is on it: only a second act on the same waits its turn.
void AdminPage::begin(const Act& act) {
    if (model_.admin().is_busy(act.subject)) return;
    if (act.question.empty()) {
        start(act);
        return;
    }
    bar_->ask({act.question, act.yes, {}, true}, [this, act](const std::string&) { start(act); });
}

ActId AdminPage::start(const Act& act) {
    const ActId id = model_.admin().begin(act.subject, act.doing, act.done, true);
    post_(Administer{id, act.operation});
    refresh_bar();
    refresh_shown();
    return id;
}

void AdminPage::new_password(const std::string& name, const std::string& typed, const std::string& remark) {
    const std::string question = with_remark(remark, tr("A new password for {0}. All log-ins of the account end; tell {0} the new one.", name));
    bar_->ask({question, tr("Set password"), typed}, [this, name](const std::string& password) {
        if (password.empty()) return new_password(name, "", tr("The password is empty."));
        const ActId id = model_.admin().begin(name, tr("Giving {0} a new password", name), tr("{0} has the new password, and all log-ins have ended.", name), false);
        again_[id] = [this, name, password](const std::string& why) { new_password(name, password, why); };
        post_(GivePassword{id, name, password});
        refresh_bar();
        refresh_shown();
    });
}

void AdminPage::new_room(bool is_private, const std::string& typed, const std::string& remark) {
    const std::string question = with_remark(remark, is_private ? tr("The name of the new private room. Only who is brought in sees it.") : tr("The name of the new room. Everybody can find and join it."));
    bar_->ask({question, tr("Make it"), typed}, [this, is_private](const std::string& answer) {
        std::string name = trimmed(answer);
        if (name.starts_with('#')) name.erase(0, 1);
        if (name.empty()) return;
        again_[start(make_room(name, is_private))] = [this, is_private, name](const std::string& why) { new_room(is_private, name, why); };
    });
}

void AdminPage::keep_texts_in(const chat::RoomRow& room, const std::string& remark) {
    const std::string question = with_remark(remark, tr("For how many days are texts kept in #{0}? 0 is for ever.", room.name));
    bar_->ask({question, tr_in("answer to: for how many days", "Set"), fmt::format("{}", room.retention_days)}, [this, room](const std::string& answer) {
        const auto days = days_in(answer);
        if (!days) return keep_texts_in(room, tr("That is no number of days."));
        if (*days != room.retention_days) begin(keep_texts(room, *days));
    });
}

void AdminPage::invite(std::uint32_t uses, std::uint32_t days) {
    const ActId id = model_.admin().begin("invitation", tr("Making an invitation"), tr("The link is ready."), false);
    post_(MakeInvitation{id, uses, days});
    refresh_bar();
    refresh_shown();
}

// What was refused is asked again with what was typed, unless something else is being asked by now.
void AdminPage::act_ended() {
    const Admin::Outcome& outcome = model_.admin().outcome();
    const auto again = again_.extract(outcome.act);
    if (outcome.is_bad && !again.empty() && !bar_->is_asking()) again.mapped()(outcome.sentence);
    load();
}

}  // namespace parley::gui
