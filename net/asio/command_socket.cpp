#include "net/asio/command_socket.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include <chrono>
#include <utility>

#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <fmt/core.h>

#include "net/asio/detail/loop_impl.hpp"

namespace parley::net {
namespace {

using Local = asio::local::stream_protocol;
using Failure = boost::system::error_code;

// A socket's path has room for about a hundred bytes; a folder's may be longer, and is named by its descriptor.
class Folder {
public:
    explicit Folder(const std::string& path) : descriptor_(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)) {}
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    [[nodiscard]] bool is_there() const { return descriptor_ >= 0; }
    [[nodiscard]] std::string below(const std::string& name) const { return fmt::format("/proc/self/fd/{}/{}", descriptor_, name); }

private:
    int descriptor_;
};

// One order. It owns itself while something is under way.
class Visit : public std::enable_shared_from_this<Visit> {
public:
    Visit(Local::socket socket, AsioLoop& loop) : socket_(std::move(socket)), loop_(loop) {}

    void begin(const std::shared_ptr<CommandSocket::Answer>& answer) {
        timer_ = loop_.after(CommandSocket::line_within, [self = shared_from_this()] { self->end(); });
        asio::async_read_until(socket_, asio::dynamic_buffer(text_, CommandSocket::line_bytes_max), '\n',
                               [self = shared_from_this(), weak = std::weak_ptr{answer}](const Failure& error, std::size_t size) {
                                   const auto told = weak.lock();
                                   if (error || !told) return self->end();
                                   self->text_ = (*told)(self->text_.substr(0, size - 1)) + "\n";
                                   asio::async_write(self->socket_, asio::buffer(self->text_), [self](const Failure&, std::size_t) { self->end(); });
                               });
    }

private:
    void end() {
        loop_.cancel(timer_);
        Failure ignored;
        socket_.close(ignored);
    }

    Local::socket socket_;
    AsioLoop& loop_;
    TimerId timer_;
    std::string text_;
};

Error no_answer(const Failure& error) { return {ErrorKind::closed, error.message()}; }

// A question to another process. It owns itself until it is answered.
class Inquiry : public std::enable_shared_from_this<Inquiry> {
public:
    using Answered = Function<void(Result<std::string>)>;
    Inquiry(AsioLoop& loop, const std::string& folder, std::string line, Answered answered)
        : loop_(loop), folder_(folder), socket_(loop.impl()->context), text_(std::move(line)), answered_(std::move(answered)) {}

    void begin(const std::string& folder, const std::string& name) {
        timer_ = loop_.after(CommandSocket::answer_within, [self = shared_from_this()] { self->end(Error{ErrorKind::timed_out, "no answer"}); });
        if (!folder_.is_there()) return end(Error{ErrorKind::not_found, folder + " is no folder"});
        socket_.async_connect(Local::endpoint{folder_.below(name)}, [self = shared_from_this()](const Failure& error) {
            if (error) return self->end(no_answer(error));
            self->ask();
        });
    }

private:
    void ask() {
        asio::async_write(socket_, asio::buffer(text_), [self = shared_from_this()](const Failure& error, std::size_t) {
            if (error) return self->end(no_answer(error));
            self->text_.clear();
            self->listen();
        });
    }
    void listen() {
        asio::async_read_until(socket_, asio::dynamic_buffer(text_, CommandSocket::line_bytes_max), '\n',
                               [self = shared_from_this()](const Failure& error, std::size_t size) {
                                   if (error) return self->end(no_answer(error));
                                   self->end(self->text_.substr(0, size - 1));
                               });
    }
    void end(Result<std::string> answer) {
        if (!answered_) return;
        loop_.cancel(timer_);
        Failure ignored;
        socket_.close(ignored);
        std::exchange(answered_, {})(std::move(answer));
    }

    AsioLoop& loop_;
    Folder folder_;   // open until the connection stands
    Local::socket socket_;
    std::string text_;
    Answered answered_;
    TimerId timer_;
};

}  // namespace

struct CommandSocket::Impl : std::enable_shared_from_this<CommandSocket::Impl> {
    Impl(AsioLoop& owner, std::string file, Answer told)
        : loop(owner), acceptor(owner.impl()->context), path(std::move(file)), answer(std::make_shared<Answer>(std::move(told))) {}

    void accept() {
        acceptor.async_accept([self = shared_from_this()](const Failure& error, Local::socket socket) {
            if (error || !self->acceptor.is_open()) return;
            std::make_shared<Visit>(std::move(socket), self->loop)->begin(self->answer);
            self->accept();
        });
    }

    AsioLoop& loop;
    Local::acceptor acceptor;
    std::string path;
    std::shared_ptr<Answer> answer;
};

CommandSocket::CommandSocket(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

CommandSocket::~CommandSocket() {
    Failure ignored;
    impl_->acceptor.close(ignored);
    impl_->answer.reset();
    ::unlink(impl_->path.c_str());
}

Result<std::unique_ptr<CommandSocket>> CommandSocket::open(AsioLoop& loop, const std::string& folder, const std::string& name, Answer answer) {
    const Folder where{folder};
    if (!where.is_there()) return Error{ErrorKind::not_found, folder + " is no folder"};
    const std::string path = folder + "/" + name;
    ::unlink(path.c_str());
    auto impl = std::make_shared<Impl>(loop, path, std::move(answer));
    Failure error;
    impl->acceptor.open(Local{}, error);
    const mode_t before = ::umask(0177);
    if (!error) impl->acceptor.bind(Local::endpoint{where.below(name)}, error);
    ::umask(before);
    if (!error) impl->acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (error) return Error{ErrorKind::io_failed, fmt::format("{}: {}", path, error.message())};
    impl->accept();
    return std::make_unique<CommandSocket>(std::move(impl));
}

Result<std::string> ask_command_socket(const std::string& folder, const std::string& name, const std::string& line) {
    const Folder where{folder};
    if (!where.is_there()) return Error{ErrorKind::not_found, folder + " is no folder"};
    asio::io_context context;
    Local::socket socket{context};
    Failure error;
    socket.connect(Local::endpoint{where.below(name)}, error);
    if (error) return no_answer(error);
    const timeval limit{std::chrono::duration_cast<std::chrono::seconds>(CommandSocket::answer_within).count(), 0};
    ::setsockopt(socket.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    asio::write(socket, asio::buffer(line + "\n"), error);
    std::string text;
    char letter = 0;
    while (!error && text.size() < CommandSocket::line_bytes_max) {
        const ssize_t got = ::recv(socket.native_handle(), &letter, 1, 0);
        if (got <= 0) return Error{ErrorKind::timed_out, "no answer"};
        if (letter == '\n') return text;
        text += letter;
    }
    return no_answer(error);
}

void ask_command_socket(AsioLoop& loop, const std::string& folder, const std::string& name, const std::string& line, Function<void(Result<std::string>)> answered) {
    std::make_shared<Inquiry>(loop, folder, line + "\n", std::move(answered))->begin(folder, name);
}

}  // namespace parley::net
