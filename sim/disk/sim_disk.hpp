// SimDisk: the disk of one simulated node. It keeps what is visible (page cache) and what is durable (medium) apart and
// outlives the node: crash() ends a life, restart() begins the next. It draws nothing by itself: every choice comes from
// the chance callback with a place that does not depend on what happened elsewhere.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "net/ports/disk.hpp"
#include "net/ports/time.hpp"
#include "sim/disk/faults.hpp"

namespace parley::sim {

// 64 bits for the question `what` at `place` (a sector, a name, the n-th operation on a file).
using DiskChance = std::function<std::uint64_t(std::string_view what, std::uint64_t place)>;
// Runs the task on the node's Loop after the virtual cost. The disk drops tasks of a past life by itself.
using DiskSchedule = std::function<void(net::Duration cost, net::Task task)>;

struct SimDiskOptions {
    std::uint32_t sector_size = 4096;                                   // 512 or 4096: the unit of a torn write
    std::optional<std::uint64_t> capacity;                              // bytes of all files together; none: no end
    net::Duration sync_latency = std::chrono::microseconds{200};        // of one write_and_sync
    net::Duration sync_jitter = std::chrono::microseconds{100};         // up to so much more, by chance
    net::Duration latency_per_mib = std::chrono::milliseconds{2};
};

class PagedBytes;
class SimFile;
struct SimInode;

class SimDisk final : public net::Disk {
public:
    SimDisk(const SimDiskOptions& options, DiskChance chance, DiskSchedule schedule);
    ~SimDisk() override;

    // ---- the life of the node ----
    // The node dies. Every File, FolderLock and write in flight belongs to the past from here on; all operations say
    // io_failed until restart(), so destructors of the dying node change nothing.
    void crash(CrashKind kind);
    void restart();
    [[nodiscard]] bool running() const { return running_; }
    // Grows with every crash: a file opened in an earlier life is fenced.
    [[nodiscard]] std::uint64_t life() const { return life_; }

    // ---- faults ----
    void arm(const DiskFault& fault) { armed_.push_back(fault); }
    void disarm() { armed_.clear(); }
    void disarm(DiskFaultKind kind) {
        std::erase_if(armed_, [kind](const DiskFault& fault) { return fault.kind == kind; });
    }
    // Flips one bit of the medium; readers see it once the cache is dropped. False: no such durable byte.
    bool flip_bit(const std::string& path, std::uint64_t offset, unsigned bit);
    // The same with a whole range that turns into other bytes.
    bool scramble(const std::string& path, std::uint64_t offset, std::uint64_t size, std::uint64_t bits);
    // The page cache forgets what is clean: a running process reads the medium again.
    void evict();
    // Nothing grows any more and nothing new is made, until it is taken back.
    void set_full(bool is_full) { is_full_ = is_full; }
    // Others have filled it, and so much is left; none: no end again. Whoever looks for room in time need not fail for it.
    void leave_room(std::optional<std::uint64_t> bytes);
    // Who starts now finds it like that, and has had no time to look.
    void excuse_shortage() { is_shortage_excused_ = true; }
    // A new, empty disk in place of this one; only between crash() and restart().
    void wipe();
    // What it held when that copy of it was made, in place of what it holds; only between crash() and restart().
    void put_back(const SimDisk& copy);
    // Where a misdirected block lands; none: this write goes where it belongs, and the fault waits for the next.
    std::function<std::optional<std::uint64_t>(const std::string& path, std::uint64_t block)> misdirect;
    static constexpr std::uint64_t misdirected_block = 4096;
    // The medium itself, for observers and for faults that look for a place to hit.
    [[nodiscard]] std::map<std::string, const PagedBytes*> medium() const;
    [[nodiscard]] const PagedBytes* medium(const std::string& path) const;   // of one file; none: it has none
    void set_extra_latency(net::Duration extra) { extra_latency_ = extra; }
    // True from a DiskFaultKind::power_cut until the crash() that has to follow it.
    [[nodiscard]] bool power_lost() const { return power_lost_; }
    // Called once when an armed power cut fires, in the middle of an operation: only note it and crash() later.
    std::function<void()> on_power_lost;

    // ---- observers ----
    struct Counters {
        std::uint64_t reads = 0;
        std::uint64_t writes = 0;
        std::uint64_t syncs = 0;
        std::uint64_t directory_syncs = 0;
        std::uint64_t names = 0;         // create, rename, remove, make_directory
        std::uint64_t faults = 0;        // armed faults that fired
        [[nodiscard]] std::uint64_t all() const { return reads + writes + syncs + directory_syncs + names; }
    };
    [[nodiscard]] const Counters& counters() const { return counters_; }
    // Told after bytes of a file became durable; it may only look.
    std::function<void(const std::string& path)> on_synced;
    // A power cut now would take nothing of it away, its name included.
    [[nodiscard]] bool is_durable(const std::string& path) const;
    // Visible names in the folder that the medium does not have, or has for another file.
    [[nodiscard]] std::vector<std::string> unsynced_names(const std::string& folder) const;
    // A disk of its own that holds just what is durable now, as after a power cut that loses everything un-synced.
    [[nodiscard]] std::unique_ptr<SimDisk> copy_durable() const;
    // The number in native_path(), for the VFS.
    [[nodiscard]] std::uint64_t id() const { return id_; }
    // The living disk with this number, or none.
    static SimDisk* find(std::uint64_t id);

    // ---- net::Disk ----
    net::Result<std::shared_ptr<net::File>> open(const std::string& path, net::OpenMode mode) override;
    net::Result<void> rename(const std::string& from, const std::string& to) override;
    net::Result<void> remove(const std::string& path) override;
    net::Result<void> make_directory(const std::string& path) override;
    net::Result<void> sync_directory(const std::string& path) override;
    net::Result<std::vector<std::string>> list(const std::string& path) override;
    [[nodiscard]] bool exists(const std::string& path) override;
    net::Result<std::unique_ptr<net::FolderLock>> lock(const std::string& path) override;
    [[nodiscard]] net::Result<std::uint64_t> free_bytes() override;
    void write_and_sync(std::shared_ptr<net::File> file, std::uint64_t offset, std::vector<net::SharedBytes> buffers,
                        net::Function<void(net::Result<void>)> done) override;
    // "/simdisk-<id>/<path>", understood by the VFS "parley-sim".
    [[nodiscard]] std::string native_path(const std::string& path) const override;

private:
    friend class SimFile;

    // The names of the disk: a folder is a name without an inode. "" is the root and always there.
    using Names = std::map<std::string, std::shared_ptr<SimInode>>;
    void take_medium_of(const SimDisk& other);
    // One change of names, atomic by itself; un-synced ones are kept or lost one by one.
    struct NameChange {
        std::set<std::string> folders;                                              // not synced yet
        std::vector<std::pair<std::string, std::shared_ptr<SimInode>>> set;
        std::vector<std::string> erased;
    };
    struct Submitted {
        std::shared_ptr<SimFile> file;
        std::uint64_t last_change = 0;   // of the file, when submitted
        net::Duration cost{};
        net::Result<void> written;
        net::Function<void(net::Result<void>)> done;
    };

    // Fails while the node is dead, and when an armed power cut hits this operation.
    net::Result<void> enter(const char* operation, const std::string& path);
    bool fire(DiskFaultKind kind, const std::string& path, net::Duration* extra = nullptr);
    [[nodiscard]] bool is_armed(DiskFaultKind kind, const std::string& path) const;
    bool sync_elsewhere(SimFile& file, std::uint64_t through);
    void lose_power();
    [[nodiscard]] bool is_folder(const std::string& path) const;
    [[nodiscard]] std::uint64_t used() const;
    [[nodiscard]] bool has_room(std::uint64_t more) const;
    std::uint64_t draw(std::string_view what, std::uint64_t place) const;
    static void apply(Names& names, const NameChange& change);
    void change_names(NameChange change);
    net::Result<std::size_t> read(SimFile& file, std::uint64_t offset, std::span<std::byte> bytes);
    net::Result<void> write(SimFile& file, std::uint64_t offset, net::ByteView bytes);
    net::Result<void> truncate(SimFile& file, std::uint64_t size);
    net::Result<void> sync(SimFile& file, std::uint64_t through);
    void make_durable(SimFile& file, std::uint64_t through);
    net::Duration cost_of(SimFile& file, std::size_t bytes);
    void start_next();
    void complete(Submitted submitted);
    void cut_power();
    void keep_or_lose_names();

    SimDiskOptions options_;
    DiskChance chance_;
    DiskSchedule schedule_;
    std::uint64_t id_;
    std::uint64_t life_ = 1;
    bool running_ = true;
    bool power_lost_ = false;
    bool is_full_ = false;
    std::optional<std::uint64_t> capacity_;   // bytes of all files together; none: no end
    bool is_shortage_excused_ = false;
    net::Duration extra_latency_{};
    std::vector<DiskFault> armed_;
    Names visible_;
    Names durable_;
    std::vector<NameChange> changes_;
    std::set<std::string> locks_;
    std::deque<Submitted> submitted_;
    bool completing_ = false;
    Counters counters_;
    std::shared_ptr<SimDisk*> alive_;
};

}  // namespace parley::sim
