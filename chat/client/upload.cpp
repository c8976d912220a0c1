#include "chat/client/upload.hpp"

#include <algorithm>
#include <utility>

namespace parley::chat {

using Stage = UploadProgress::Stage;

net::Result<void> check_knows_files(const net::Result<StatusReport>& status) {
    if (!status) return status.error();
    if (consensus::FeatureLevel{status->cluster_level} >= consensus::level_of_files) return {};
    return net::Error{net::ErrorKind::refused, "this cluster does not take files yet: all of its replicas need a newer version first"};
}

Upload::Upload(net::Loop& loop, Client& client, UploadSource source, UploadOptions options, UploadEvents events)
    : loop_(loop), client_(client), source_(std::move(source)), options_(options), events_(std::move(events)) {}

Upload::~Upload() { loop_.cancel(timer_); }

template <class Call>
auto Upload::guarded(Call call) {
    return [this, run = std::move(call), alive = std::weak_ptr{alive_}](auto&&... results) mutable {
        if (!alive.expired() && !is_over_) run(std::forward<decltype(results)>(results)...);
    };
}

void Upload::start() { check_level(); }

void Upload::check_level() {
    client_.status(std::nullopt, guarded([this](const net::Result<StatusReport>& status) {
        const net::Result<void> known = check_knows_files(status);
        if (!known) return finish(known.error());
        name_next();
    }));
}

net::Result<net::Bytes> Upload::read(std::uint32_t place) {
    net::Result<net::Bytes> bytes = source_.read(place);
    if (!bytes || bytes->size() == bytes_of_chunk(source_.size, place)) return bytes;
    return net::Error{net::ErrorKind::malformed, "the file changed while it was read"};
}

// One in each turn of the Loop: the connection must not seem dead meanwhile.
void Upload::name_next() {
    if (names_.size() == chunks_of(source_.size)) return begin();
    const net::Result<net::Bytes> bytes = read(static_cast<std::uint32_t>(names_.size()));
    if (!bytes) return finish(bytes.error());
    names_.push_back(hash_of_chunk(*bytes));
    tell(Stage::naming, std::min(source_.size, names_.size() * chunk_bytes));
    loop_.post(guarded([this] { name_next(); }));
}

void Upload::begin() {
    client_.submit(BeginUpload{source_.size, names_}, std::nullopt, guarded([this](const net::Result<Answer>& answer) { begun(answer); }));
}

void Upload::begun(const net::Result<Answer>& answer) {
    if (!answer) return finish(answer.error());
    if (const auto* refused = std::get_if<Refused>(&answer->result)) return finish(net::Error{net::ErrorKind::refused, sentence(refused->why)});
    const auto* begun = std::get_if<UploadBegun>(&answer->result);
    if (begun == nullptr) return finish(net::Error{net::ErrorKind::malformed, "the replica answered something else"});
    file_ = begun->file;
    if (begun->is_whole) return finish(file_);
    look();
}

void Upload::look() {
    client_.upload(file_, std::nullopt, guarded([this](net::Result<UploadReport> report) { told(std::move(report)); }));
}

void Upload::told(net::Result<UploadReport> report) {
    if (!report) return finish(report.error());
    if (report->is_whole) return finish(file_);
    missing_ = std::move(report->missing);
    next_ = 0;
    std::uint64_t missing_bytes = 0;
    for (const std::uint32_t place : missing_) {
        if (place >= names_.size()) return finish(net::Error{net::ErrorKind::malformed, "the replica asks for more than the file has"});
        missing_bytes += bytes_of_chunk(source_.size, place);
    }
    if (missing_bytes > source_.size) return finish(net::Error{net::ErrorKind::malformed, "the replica asks for more than the file has"});
    sent_bytes_ = source_.size - missing_bytes;
    tell(missing_.empty() ? Stage::spreading : Stage::sending, sent_bytes_);
    if (missing_.empty()) {
        timer_ = loop_.after(options_.look_again, guarded([this] { look(); }));
    } else {
        send_more();
    }
}

void Upload::send_more() {
    while (!is_over_ && out_ < options_.window && next_ < missing_.size()) {
        const std::uint32_t place = missing_[next_++];
        net::Result<net::Bytes> bytes = read(place);
        if (!bytes) return finish(bytes.error());
        if (hash_of_chunk(*bytes) != names_[place]) return finish(net::Error{net::ErrorKind::malformed, "the file changed while it was sent"});
        ++out_;
        client_.send_chunk(SendChunk{file_, place, *std::move(bytes)}, std::nullopt, guarded([this, place](const net::Result<Okay>& result) { sent(place, result); }));
    }
}

void Upload::sent(std::uint32_t place, const net::Result<Okay>& result) {
    if (!result) return finish(result.error());
    --out_;
    sent_bytes_ += bytes_of_chunk(source_.size, place);
    tell(Stage::sending, sent_bytes_);
    if (is_over_) return;   // whoever was told gave it up
    send_more();
    if (out_ == 0 && next_ == missing_.size()) look();
}

void Upload::tell(Stage stage, std::uint64_t bytes) {
    if (events_.progress) events_.progress({stage, bytes, source_.size});
}

void Upload::cancel() {
    if (alive_ == nullptr) return;
    is_over_ = true;
    alive_.reset();
    loop_.cancel(timer_);
    if (file_ != FileId{}) client_.submit(CancelUpload{file_}, std::nullopt, [](const net::Result<Answer>&) {});
}

// Later: whoever is told may destroy this.
void Upload::finish(net::Result<FileId> result) {
    if (std::exchange(is_over_, true)) return;
    loop_.cancel(timer_);
    loop_.post([done = std::move(events_.done), how = std::move(result), alive = std::weak_ptr{alive_}]() mutable {
        if (!alive.expired()) done(std::move(how));
    });
}

}  // namespace parley::chat
