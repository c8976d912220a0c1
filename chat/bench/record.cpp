// record: some write, others read, and the lab breaks one thing after the other. What everybody asked and was told becomes a history
// that an outside checker judges (`parley-sim check`, docs/simulation.md).
#include <fstream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "chat/bench/bench.hpp"
#include "chat/bench/breaking.hpp"
#include "chat/bench/running.hpp"
#include "chat/cli/lab_orders.hpp"
#include "chat/cli/output.hpp"

namespace parley::chat {
namespace {

using std::chrono::milliseconds;

// The lines of docs/simulation.md, with the times of this machine's steady clock.
class HistoryFile {
public:
    explicit HistoryFile(const std::string& name) : name_(name), out_(name, std::ios::trunc) {
        line("{\"v\":1,\"run\":\"parley-bench record\",\"clock\":\"mono_ns\"}");
    }
    void append_called(std::uint64_t id, std::uint32_t writer, std::uint64_t number, std::size_t room, net::Instant at) {
        line(fmt::format("{{\"e\":\"call\",\"id\":{},\"client\":{},\"session\":\"s{}\",\"seq\":{},\"op\":\"append\",\"conv\":\"r{}\",\"t\":{}}}", id, writer,
                         writer, number, room, at.time_since_epoch().count()));
    }
    void read_called(std::uint64_t id, std::uint32_t reader, std::size_t room, net::Instant at) {
        line(fmt::format("{{\"e\":\"call\",\"id\":{},\"client\":{},\"op\":\"read\",\"conv\":\"r{}\",\"t\":{}}}", id, reader, room, at.time_since_epoch().count()));
    }
    void append_returned(std::uint64_t id, const Outcome& outcome, net::Instant at) {
        line(fmt::format("{{\"e\":\"ret\",\"id\":{},\"t\":{},\"ok\":true,\"pos\":{},\"slot\":{}}}", id, at.time_since_epoch().count(), outcome.position, outcome.slot));
    }
    void read_returned(std::uint64_t id, std::uint64_t newest, net::Instant at) {
        line(fmt::format("{{\"e\":\"ret\",\"id\":{},\"t\":{},\"ok\":true,\"n\":{}}}", id, at.time_since_epoch().count(), newest));
    }
    void broken(const std::string& how, net::Instant at) {
        line(fmt::format("{{\"e\":\"fault\",\"t\":{},\"kind\":\"lab\",\"arg\":\"{}\"}}", at.time_since_epoch().count(), how));
    }
    void final_state(std::size_t room, const std::vector<std::string>& names) {
        line(fmt::format("{{\"e\":\"final\",\"conv\":\"r{}\",\"len\":{},\"ids\":[{}]}}", room, names.size(), fmt::join(names, ",")));
    }
    void close() {
        out_.close();
        if (!out_) throw CommandFailed(Exit::refused, fmt::format("{} could not be written: is there room, and is the folder there?", name_));
    }

private:
    void line(const std::string& text) { out_ << text << '\n'; }

    std::string name_;
    std::ofstream out_;
};

class Recording {
public:
    Recording(const RecordCommand& command, Ground& ground)
        : command_(command), loop_(ground.loop), dialer_(ground.dialer), servers_(ground.cluster.servers), rooms_(ground.population.rooms), history_(command.file),
          breaking_(command.seed),
          writers_(loop_, dialer_, places_of(command.writing, ground.population, look(loop_, dialer_, servers_), servers_), rooms_, events(),
                    milliseconds{command.pause_ms}) {}

    void run() {
        open_sessions(loop_, writers_, trouble_);
        writers_.write();
        const net::Instant end = loop_.now() + std::chrono::seconds{command_.seconds};
        while (loop_.now() < end) break_something();
        writers_.finish();
        wait_until_whole(loop_, dialer_, servers_);
        for (int i = 0; i < 400 && writers_.outstanding() > 0; ++i) run_for(loop_, milliseconds{50});
    }
    void read_back(Caller& caller) {
        for (std::size_t room = 0; room < rooms_.size(); ++room) {
            std::vector<std::string> names;
            for_each_text(caller, rooms_[room], [&names](const RoomMessage& message) { names.push_back(fmt::format("\"{}\"", message.text)); });
            history_.final_state(room, names);
        }
        history_.close();
    }
    [[nodiscard]] std::uint64_t posts() const { return posts_; }
    [[nodiscard]] std::uint64_t reads() const { return reads_; }
    [[nodiscard]] std::uint64_t faults() const { return faults_; }
    [[nodiscard]] std::uint64_t unanswered() const { return writers_.outstanding(); }
    [[nodiscard]] net::Duration longest() const { return longest_; }

private:
    // The first so many of them read, the others write.
    [[nodiscard]] bool reads(std::uint32_t writer) const { return writer < command_.readers; }
    static std::uint64_t id_of(std::uint32_t writer, std::uint64_t number) { return std::uint64_t{writer} << 40U | number; }

    WriterEvents events() {
        WriterEvents events;
        events.next = [this](std::uint32_t writer, std::uint64_t number) -> WriterAction {
            const std::size_t room = writer % rooms_.size();
            if (reads(writer)) {
                history_.read_called(id_of(writer, number), writer, room, loop_.now());
                return ReadRoom{};
            }
            history_.append_called(id_of(writer, number), writer, number, room, loop_.now());
            return PostText{fmt::format("{}/{}", writer, number)};
        };
        events.done = [this](std::uint32_t writer, std::uint64_t number, const Outcome& outcome) {
            longest_ = std::max(longest_, outcome.latency);
            ++(reads(writer) ? reads_ : posts_);
            if (reads(writer)) return history_.read_returned(id_of(writer, number), outcome.position, loop_.now());
            history_.append_returned(id_of(writer, number), outcome, loop_.now());
        };
        events.trouble = [this](const std::string& why) { trouble_ = why; };
        return events;
    }
    // One fault, healed before the next one: no more than a minority is ever hurt.
    void break_something() {
        const Seen seen = wait_until_whole(loop_, dialer_, servers_);
        writers_.go_home();   // or all of them would soon sit on one replica
        run_for(loop_, breaking_.calm());
        const Breaking::Fault fault = breaking_.next(seen.reports);
        for (const std::string& order : fault.orders) order_lab(order);
        history_.broken(fault.words, loop_.now());
        ++faults_;
        run_for(loop_, fault.time);
        order_lab("heal");
        history_.broken("heal", loop_.now());
        note_line(fmt::format("{} for {} ms; {} posts, {} reads", fault.words, std::chrono::duration_cast<milliseconds>(fault.time).count(), posts_, reads_));
    }

    const RecordCommand& command_;
    net::AsioLoop& loop_;
    net::AsioDialer& dialer_;
    const std::vector<std::string>& servers_;
    const std::vector<RoomId>& rooms_;
    HistoryFile history_;
    Breaking breaking_;
    std::string trouble_;
    std::uint64_t posts_ = 0;
    std::uint64_t reads_ = 0;
    std::uint64_t faults_ = 0;
    net::Duration longest_{};
    Writers writers_;
};

void print(const RecordCommand& command, const GlobalOptions& options, const Recording& recording) {
    const double longest = std::chrono::duration<double, std::milli>(recording.longest()).count();
    if (options.json) {
        return print_line(JsonLine{}.text("file", command.file).number("posts", recording.posts()).number("reads", recording.reads())
                              .number("faults", recording.faults()).number("unanswered", recording.unanswered()).decimal("longest_ms", longest).str());
    }
    print_line(fmt::format("{} posts and {} reads under {} faults, {} without an answer; the longest took {:.0f} ms", recording.posts(), recording.reads(),
                           recording.faults(), recording.unanswered(), longest));
    print_line(fmt::format("judge it with: parley-sim check {}", command.file));
}

}  // namespace

Exit run(const RecordCommand& command, const GlobalOptions& options) {
    order_lab("show");   // the sentence that says how to get one, before anything is written
    net::AsioLoop loop;
    Ground ground{loop, known_cluster(loop, options), options, command.writing};
    Recording recording{command, ground};
    recording.run();
    recording.read_back(ground.caller);
    print(command, options, recording);
    return recording.unanswered() == 0 ? Exit::ok : Exit::unreachable;
}

}  // namespace parley::chat
