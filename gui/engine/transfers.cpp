#include "gui/engine/transfers.hpp"

#include <filesystem>

#include "chat/client/files/file_words.hpp"
#include "chat/client/files/local_file.hpp"
#include "chat/state/names.hpp"
#include "gui/model/words.hpp"

namespace parley::gui {
namespace {

constexpr std::size_t uploads_max = 2;                               // at once; the others wait
constexpr net::Duration progress_pause = std::chrono::milliseconds{100};
constexpr std::uint64_t pictures_bytes_max = std::uint64_t{32} << 20U;
constexpr std::size_t name_bytes_max = 255;

Carrying::Stage stage_of(chat::UploadProgress::Stage stage) {
    switch (stage) {
        case chat::UploadProgress::Stage::naming: return Carrying::Stage::reading;
        case chat::UploadProgress::Stage::sending: return Carrying::Stage::sending;
        case chat::UploadProgress::Stage::spreading: return Carrying::Stage::spreading;
    }
    return Carrying::Stage::sending;
}

std::string name_of(const SendFile& wanted) {
    return chat::plain_file_name(wanted.bytes ? wanted.name : std::filesystem::path{wanted.path}.filename().string(), name_bytes_max);
}

std::string kept_setting(const std::pair<chat::RoomId, std::uint64_t>& where) {
    return "kept/" + std::to_string(where.first.value) + "/" + std::to_string(where.second);
}

bool is_there(const std::string& path, std::uint64_t size) {
    std::error_code failed;
    return !path.empty() && std::filesystem::is_regular_file(path, failed) && std::filesystem::file_size(path, failed) == size && !failed;
}

net::Result<net::Bytes> read_whole(const std::string& path, std::uint64_t size) {
    const auto file = chat::LocalFile::open(path);
    if (!file) return file.error();
    if (file->size() != size) return net::Error{net::ErrorKind::malformed, "the file changed since it was kept"};
    chat::UploadSource source = file->source();
    net::Bytes all;
    all.reserve(size);
    for (std::uint32_t place = 0; place < chat::chunks_of(size); ++place) {
        const auto part = source.read(place);
        if (!part) return part.error();
        all.insert(all.end(), part->begin(), part->end());
    }
    return all;
}

}  // namespace

Transfers::Transfers(Ports ports) : ports_(std::move(ports)), memory_(ports_.store) {}
Transfers::~Transfers() = default;

// ---- what outlives this process ----

void Transfers::belong_to(chat::UserId user) {
    user_ = user;
    auto left = memory_.load(user);
    if (!left) tell(Notice{tr_known(left.error().message)});
    left_ = left ? *std::move(left) : std::vector<chat::KeptUpload>{};
}

void Transfers::adopt(net::Function<std::optional<chat::RoomId>(const chat::Target&)> room_of, const std::set<chat::EntryId>& posted) {
    const bool is_first = std::exchange(is_first_, false);
    for (chat::KeptUpload& kept : std::exchange(left_, {})) {
        const bool is_posted = kept.posted != chat::EntryId{};
        if (is_posted && !posted.contains(kept.posted)) {
            // Its message was confirmed, and nothing came of forgetting this; or this very process posts it for whoever sat here before.
            if (is_first) (void)memory_.drop(kept.id);
            continue;
        }
        auto out = std::make_shared<Out>();
        out->room = room_of(kept.post.target);
        out->is_refused = !kept.refusal.empty();
        out->is_kept = true;
        out->is_posted = is_posted;
        out->kept = std::move(kept);
        outs_.emplace(shown_id(out->kept.id), out);
        if (is_posted) continue;   // its entry is shown
        show(*out);
        if (out->is_refused) tell(SendingRefused{shown_id(out->kept.id), tr_known(out->kept.refusal)});
    }
    start_next();
}

std::uint64_t Transfers::size_of(chat::EntryId posted) const {
    for (const auto& [id, out] : outs_) {
        if (out->is_posted && out->kept.posted == posted) return out->kept.size;
    }
    return 0;
}

// What cannot be kept is sent all the same.
void Transfers::keep(Out& out) {
    const net::Result<void> kept = memory_.add(out.kept, out.bytes ? net::ByteView{*out.bytes} : net::ByteView{});
    out.is_kept = kept.has_value();
    if (out.is_kept) {
        out.bytes.reset();
    } else {
        tell(Notice{tr("{0} is sent only as long as this window is open: {1}", out.kept.post.name, tr_known(kept.error().message))});
    }
}

void Transfers::keep_on(const Out& out) {
    if (!out.is_kept) return;
    if (const auto kept = memory_.put(out.kept); !kept) tell(Notice{tr_known(kept.error().message)});
}

void Transfers::let_go(const Out& out) {
    if (!out.is_kept) return;
    if (const auto dropped = memory_.drop(out.kept.id); !dropped) tell(Notice{tr_known(dropped.error().message)});
}

// ---- out ----

void Transfers::send(SendFile wanted) {
    auto out = std::make_shared<Out>();
    const std::string name = name_of(wanted);
    out->kept.user = user_;
    out->kept.size = wanted.bytes ? wanted.bytes->size() : 0;
    out->kept.path = wanted.bytes ? "" : std::move(wanted.path);
    out->kept.post = {std::move(wanted.target), {}, name, chat::type_of_file(name), std::move(wanted.text), wanted.reply_to};
    out->room = wanted.room;
    out->bytes = std::move(wanted.bytes);
    keep(*out);
    show(*out);
    outs_.emplace(shown_id(out->kept.id), std::move(out));
    start_next();
}

void Transfers::show(const Out& out) {
    const chat::EntryId id = shown_id(out.kept.id);
    const chat::PostFile& post = out.kept.post;
    const auto* person = std::get_if<chat::ByUserName>(&post.target);
    const auto* people = std::get_if<chat::ByPeople>(&post.target);
    const std::string who = person != nullptr ? person->name : people != nullptr ? chat::conversation_name(people->names) : "";
    tell(SendingBegan{id, out.room, who, post.text, ports_.loop.wall_now().ms, post.reply_to, chat::MessageFile{{}, out.kept.size, post.name, post.type}});
    tell(SendingMoved{id, Carrying{}});
}

void Transfers::start_next() {
    std::size_t going = 0;
    for (const auto& [id, out] : outs_) going += out->upload ? 1U : 0U;
    const Outs now = outs_;   // one that cannot begin is refused on the spot
    for (const auto& [id, out] : now) {
        if (going >= uploads_max) return;
        if (out->upload || out->is_posted || out->is_refused) continue;
        if (start(id, *out)) ++going;
    }
}

bool Transfers::start(chat::EntryId id, Out& out) {
    net::Result<chat::UploadSource> source = out.bytes ? net::Result<chat::UploadSource>{chat::source_of(out.bytes)} : memory_.open(out.kept);
    if (!source) {
        refuse(id, source.error().message);
        return false;
    }
    chat::UploadEvents events{[this, id](const chat::UploadProgress& progress) { moved(id, progress); },
                              [this, id](const net::Result<chat::FileId>& file) { brought(id, file); }};
    out.upload = std::make_unique<chat::Upload>(ports_.loop, ports_.client, *std::move(source), chat::UploadOptions{}, std::move(events));
    out.upload->start();
    return true;
}

void Transfers::moved(chat::EntryId id, const chat::UploadProgress& progress) {
    const auto found = outs_.find(id);
    if (found == outs_.end()) return;
    const Carrying::Stage stage = stage_of(progress.stage);
    const bool is_news = std::exchange(found->second->told, stage) != stage || progress.bytes == progress.all;
    if (!is_news && ports_.loop.now() < told_at_ + progress_pause) return;
    told_at_ = ports_.loop.now();
    tell(SendingMoved{id, {stage, progress.bytes}});
}

void Transfers::brought(chat::EntryId id, const net::Result<chat::FileId>& file) {
    const auto found = outs_.find(id);
    if (found == outs_.end()) return;
    const std::shared_ptr<Out> out = found->second;
    out->upload.reset();
    if (file) {
        out->kept.post.file = *file;
        tell(SendingMoved{id, {Carrying::Stage::posting, out->kept.size}});
        out->is_posted = true;
        out->kept.posted = ports_.post(out->kept.post, out->is_kept ? std::optional{out->kept} : std::nullopt);
        tell(FilePosted{id, out->kept.posted, *file});
    } else {
        refuse(id, file.error().message);
    }
    start_next();
}

void Transfers::refuse(chat::EntryId id, const std::string& sentence) {
    const auto found = outs_.find(id);
    if (found == outs_.end()) return;
    found->second->is_refused = true;
    found->second->kept.refusal = sentence;
    keep_on(*found->second);
    tell(SendingRefused{id, tr_known(sentence)});
}

Transfers::Outs::iterator Transfers::shown_as(chat::EntryId entry) {
    auto found = outs_.find(entry);
    if (found != outs_.end()) return found;
    for (found = outs_.begin(); found != outs_.end() && !(found->second->is_posted && found->second->kept.posted == entry); ++found) {}
    return found;
}

bool Transfers::give_up(chat::EntryId entry) {
    const auto found = shown_as(entry);
    if (found == outs_.end()) return false;
    const std::shared_ptr<Out> out = found->second;
    // What is on its way to be a message cannot be called back.
    if (out->is_posted && !out->is_refused) return true;
    outs_.erase(found);
    const chat::FileId file = out->kept.post.file;
    if (out->upload) out->upload->cancel();
    else if (file != chat::FileId{}) ports_.client.submit(chat::CancelUpload{file}, std::nullopt, [](const net::Result<chat::Answer>&) {});
    if (out->is_posted) ports_.client.confirm(out->kept.posted);
    let_go(*out);
    tell(SendingDropped{entry});
    start_next();
    return true;
}

// As its file is now.
bool Transfers::retry(chat::EntryId entry) {
    const auto found = shown_as(entry);
    if (found == outs_.end()) return false;
    Out& out = *found->second;
    if (!out.is_refused) return true;
    tell(SendingDropped{entry});
    const chat::EntryId posted = std::exchange(out.kept.posted, {});
    const bool was_posted = std::exchange(out.is_posted, false);
    out.is_refused = false;
    out.kept.refusal.clear();
    out.kept.post.file = {};
    chat::look_at_file(out.kept);
    keep_on(out);
    if (was_posted) ports_.client.confirm(posted);
    out.told = Carrying::Stage::waiting;
    show(out);
    start_next();
    return true;
}

void Transfers::answered(chat::EntryId entry, bool is_done) {
    const auto found = shown_as(entry);
    if (found == outs_.end()) return;
    found->second->is_refused = !is_done;
    if (!is_done) return;
    let_go(*found->second);
    outs_.erase(found);
}

// ---- in ----

std::string Transfers::kept_path(Where where, const chat::MessageFile& file) {
    const auto path = ports_.local.setting(kept_setting(where));
    return path && is_there(*path, file.size) ? *path : "";
}

void Transfers::look(const LookAtFile& what) {
    const Where where{what.room, what.number};
    if (const auto coming = ins_.find(where); coming != ins_.end()) {
        tell(FileStands{what.room, what.number, coming->second.standing});
    } else if (const std::string path = kept_path(where, what.file); !path.empty()) {
        tell(FileStands{what.room, what.number, {false, 0, "", path}});
    }
    FileStanding here;
    here.path = kept_path(where, what.file);
    if (has_preview(what.file, &here)) want_picture({where, what.file, false});
}

void Transfers::open(const OpenPicture& what) { want_picture({{what.room, what.number}, what.file, true}); }

void Transfers::fetch(const FetchFile& what) {
    const Where where{what.room, what.number};
    In& in = ins_[where];
    if (in.download) return;
    in.standing = {true, 0, "", ""};
    tell(FileStands{where.first, where.second, in.standing});
    chat::DownloadSink sink;
    sink.open = [&in, folder = what.folder, name = what.name](const chat::FileReport& report) -> net::Result<void> {
        auto kept = chat::KeptFile::open(report, {folder, chat::name_on_disk(name.empty() ? report.file.name : name), true});
        if (!kept) return kept.error();
        in.kept = *std::move(kept);
        return {};
    };
    sink.has = [&in](std::uint32_t place, const chat::ChunkHash& chunk) { return in.kept->has(place, chunk); };
    sink.put = [&in](std::uint32_t place, net::ByteView bytes) { return in.kept->put(place, bytes); };
    chat::DownloadEvents events{[this, where](const chat::DownloadProgress& progress) { came(where, progress); },
                                [this, where](const net::Result<chat::FileReport>& report) { fetched(where, report); }};
    in.download = std::make_unique<chat::Download>(ports_.loop, ports_.client, chat::AskFile{chat::ByRoom{what.room}, what.number}, std::move(sink), std::move(events));
    in.download->start();
}

void Transfers::came(Where where, const chat::DownloadProgress& progress) {
    const auto found = ins_.find(where);
    if (found == ins_.end()) return;
    found->second.standing.bytes = progress.bytes;
    if (progress.bytes < progress.all && ports_.loop.now() < told_at_ + progress_pause) return;
    told_at_ = ports_.loop.now();
    tell(FileStands{where.first, where.second, found->second.standing});
}

void Transfers::fetched(Where where, const net::Result<chat::FileReport>& report) {
    const auto found = ins_.find(where);
    if (found == ins_.end()) return;
    In in = std::move(found->second);
    ins_.erase(found);
    const net::Result<std::string> path = report ? in.kept->finish() : net::Result<std::string>{report.error()};
    if (!path) return tell(FileStands{where.first, where.second, {false, 0, tr_known(path.error().message), ""}});
    if (const auto saved = ports_.local.save_setting(kept_setting(where), *path); !saved) tell(Notice{tr_known(saved.error().message)});
    tell(FileStands{where.first, where.second, {false, 0, "", *path}});
    // A large picture is shown once it is here.
    FileStanding here;
    here.path = *path;
    const bool was_shown = report->file.size <= preview_fetched_max;
    if (!was_shown && has_preview(report->file, &here)) want_picture({where, report->file, false});
}

void Transfers::stop(chat::RoomId room, std::uint64_t number) {
    if (ins_.erase({room, number}) > 0) tell(FileStands{room, number, {}});
}

// ---- pictures ----

void Transfers::want_picture(Look look) {
    if (const auto known = pictures_.find(look.where); known != pictures_.end()) {
        return tell(PictureCame{look.where.first, look.where.second, known->second, look.is_opened, look.file.name});
    }
    looks_.push_back(std::move(look));
    if (!std::exchange(is_looking_, true)) post_show_next();
}

// In a turn of its own: reading takes its time, and what is typed goes first.
void Transfers::post_show_next() {
    ports_.loop.post([this, alive = std::weak_ptr<int>(alive_)] {
        if (!alive.expired()) show_next();
    });
}

void Transfers::show_next() {
    is_looking_ = !looks_.empty();
    if (!is_looking_) return;
    const Look& look = looks_.front();
    if (const auto known = pictures_.find(look.where); known != pictures_.end()) return shown(*known->second);
    const std::string path = kept_path(look.where, look.file);
    if (!path.empty() && look.file.size <= preview_read_max) return shown(read_whole(path, look.file.size));
    if (look.file.size > preview_fetched_max) return shown(net::Error{net::ErrorKind::refused, "it is not here"});
    look_bytes_.clear();
    chat::DownloadSink sink;
    sink.open = [size = look.file.size](const chat::FileReport& report) -> net::Result<void> {
        if (report.file.size == size) return {};
        return net::Error{net::ErrorKind::malformed, "the replica says something that cannot be of this file"};
    };
    sink.has = [](std::uint32_t, const chat::ChunkHash&) { return net::Result<bool>{false}; };
    sink.put = [this](std::uint32_t, net::ByteView bytes) -> net::Result<void> {
        look_bytes_.insert(look_bytes_.end(), bytes.begin(), bytes.end());   // it is one chunk: see preview_fetched_max
        return {};
    };
    chat::DownloadEvents events{{}, [this](const net::Result<chat::FileReport>& report) {
        if (!report) return shown(report.error());
        shown(std::exchange(look_bytes_, {}));
    }};
    look_ = std::make_unique<chat::Download>(ports_.loop, ports_.client, chat::AskFile{chat::ByRoom{look.where.first}, look.where.second}, std::move(sink), std::move(events));
    look_->start();
}

void Transfers::shown(const net::Result<net::Bytes>& bytes) {
    static_assert(preview_fetched_max <= chat::chunk_bytes, "chunks may come in any order");
    const Look look = std::move(looks_.front());
    looks_.pop_front();
    std::shared_ptr<const net::Bytes> shared = bytes ? std::make_shared<const net::Bytes>(*bytes) : nullptr;
    if (shared) remember_picture(look.where, shared);
    tell(PictureCame{look.where.first, look.where.second, std::move(shared), look.is_opened, look.file.name});
    look_.reset();
    post_show_next();
}

void Transfers::remember_picture(Where where, std::shared_ptr<const net::Bytes> bytes) {
    const std::uint64_t size = bytes->size();
    if (!pictures_.emplace(where, std::move(bytes)).second) return;
    pictures_bytes_ += size;
    pictures_order_.push_back(where);
    while (pictures_bytes_ > pictures_bytes_max && pictures_order_.size() > 1) {
        const auto oldest = pictures_.find(pictures_order_.front());
        pictures_order_.pop_front();
        pictures_bytes_ -= oldest->second->size();
        pictures_.erase(oldest);
    }
}

void Transfers::forget(bool for_good) {
    for (const auto& [id, out] : outs_) {
        if (for_good) let_go(*out);
    }
    outs_.clear();
    left_.clear();
    ins_.clear();
    look_.reset();
    looks_.clear();
    pictures_.clear();
    pictures_order_.clear();
    pictures_bytes_ = 0;
    is_looking_ = false;
    alive_ = std::make_shared<int>(0);
}

}  // namespace parley::gui
