// Files of the Backend: what is sent and fetched is the Transfers'; here is what joins them to the rest.
#include "chat/client/files/file_words.hpp"
#include "gui/engine/backend.hpp"

namespace parley::gui {

void Backend::make_transfers() {
    transfers_ = std::make_unique<Transfers>(Transfers::Ports{ports_.loop, ports_.local, *client_, [this](Notification notification) { tell(std::move(notification)); },
                                                              [this](const chat::PostFile& post) { return submit_kept(post); }});
}

void Backend::tell_downloads(const std::string& account) { tell(DownloadsTold{ports_.downloads + "/" + chat::name_on_disk(account)}); }

// A message of an earlier window, whose file is with the replicas, is not known to the Transfers of this one.
void Backend::run(GiveUpFile& c) {
    if (transfers_->give_up(c.entry)) return;
    ThrowAway thrown{c.entry};
    run(thrown);
}

void Backend::run(RetryFile& c) {
    if (!transfers_->retry(c.entry)) tell(Notice{tr("This file was sent by an earlier window: delete it here and send it again.")});
}

}  // namespace parley::gui
