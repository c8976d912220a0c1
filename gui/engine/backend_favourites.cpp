// Favourite rooms of the Backend: a file per user in the profile's folder, so that they outlive a log-out and are the same in every window of the profile.
#include <fmt/format.h>

#include "chat/client/account_file.hpp"
#include "gui/engine/backend.hpp"
#include "gui/engine/text_file.hpp"
#include "gui/model/favourites.hpp"

namespace parley::gui {
namespace {

std::string file_of(const std::string& folder, chat::UserId user) { return chat::path_in(folder, fmt::format("favourites-{:016x}", user.value)); }

}  // namespace

net::Result<Favourites> Backend::read_favourites() {
    const std::string path = file_of(ports_.folder, user_);
    if (!ports_.disk->exists(path)) return Favourites{};
    const auto text = read_text(*ports_.disk, path);
    if (!text) return text.error();
    return parse_favourites(*text);
}

void Backend::tell_favourites() {
    if (ports_.disk == nullptr) return;
    const auto favourites = read_favourites();
    if (!favourites) tell(Notice{tr("Favourites cannot be read: {0}", tr_known(favourites.error().message))});
    tell(FavouritesTold{favourites ? *favourites : Favourites{}});
}

// Another window of the profile may have changed them since they were read.
void Backend::run(MakeFavourite& c) {
    if (ports_.disk == nullptr || !client_->account()) return;
    auto favourites = read_favourites();
    if (!favourites) return tell(Notice{tr("Favourites cannot be read: {0}", tr_known(favourites.error().message))});
    if (c.on && favourites->size() >= favourites_max) return tell(Notice{tr("{0} favourites are the limit: remove one first.", favourites_max)});
    if (c.on) favourites->insert(c.room);
    else favourites->erase(c.room);
    const std::string fresh = chat::path_in(ports_.folder, fmt::format("favourites.new-{}", ports_.store.slot()));
    auto written = replace_text(*ports_.disk, fresh, file_of(ports_.folder, user_), favourites_text(*favourites));
    if (written) written = ports_.disk->sync_directory(ports_.folder);
    if (!written) return tell(Notice{tr("What you chose is not kept: {0}", tr_known(written.error().message))});
    tell(FavouritesTold{*std::move(favourites)});
}

}  // namespace parley::gui
