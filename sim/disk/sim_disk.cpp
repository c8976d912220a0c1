// The simulated disk's names, lives, faults and asynchronous face. Whatever happens by chance is asked of the callback;
// nothing here depends on addresses, clocks or the order of unordered things.
#include "sim/disk/sim_disk.hpp"

#include <algorithm>

#include "net/ports/check.hpp"
#include "sim/disk/sim_file.hpp"

namespace parley::sim {

using net::Error;
using net::ErrorKind;
using net::Result;

namespace {

// Living disks by number, so that the VFS finds the disk of a path.
std::map<std::uint64_t, SimDisk*>& living_disks() {
    static std::map<std::uint64_t, SimDisk*> disks;
    return disks;
}

std::uint64_t take_number(SimDisk* disk) {
    std::uint64_t id = 1;
    while (living_disks().contains(id)) ++id;
    living_disks()[id] = disk;
    return id;
}

// "a//b/./c" as "a/b/c"; none when it leads outside.
Result<std::string> tidy(const std::string& path) {
    std::string result;
    std::size_t at = 0;
    while (at <= path.size()) {
        const std::size_t end = std::min(path.find('/', at), path.size());
        const std::string part = path.substr(at, end - at);
        at = end + 1;
        if (part == "..") return Error{ErrorKind::refused, "the path " + path + " leads out of the disk"};
        if (part.empty() || part == ".") continue;
        if (!result.empty()) result += '/';
        result += part;
    }
    return result;
}

std::string parent_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos ? std::string{} : path.substr(0, slash);
}

class SimFolderLock final : public net::FolderLock {
public:
    explicit SimFolderLock(net::Task release) : release_(std::move(release)) {}
    ~SimFolderLock() override { release_(); }

private:
    net::Task release_;
};

}  // namespace

SimDisk::SimDisk(const SimDiskOptions& options, DiskChance chance, DiskSchedule schedule)
    : options_(options),
      chance_(std::move(chance)),
      schedule_(std::move(schedule)),
      id_(take_number(this)),
      capacity_(options.capacity),
      alive_(std::make_shared<SimDisk*>(this)) {}

SimDisk::~SimDisk() {
    *alive_ = nullptr;
    living_disks().erase(id_);
}

SimDisk* SimDisk::find(std::uint64_t id) {
    const auto found = living_disks().find(id);
    return found == living_disks().end() ? nullptr : found->second;
}

std::uint64_t SimDisk::draw(std::string_view what, std::uint64_t place) const {
    return chance_ ? chance_(what, place) : 0;
}

// ---- lives ----

void SimDisk::crash(CrashKind kind) {
    ++life_;
    running_ = false;
    locks_.clear();
    completing_ = false;
    // What the callbacks own may use the disk while it goes: the disk is down already.
    const std::deque<Submitted> dropped = std::exchange(submitted_, {});
    if (kind == CrashKind::power_cut) cut_power();
    power_lost_ = false;
}

void SimDisk::restart() {
    CHECK(!running_, "restart of a disk that is running");
    running_ = true;
}

void SimDisk::cut_power() {
    for (const auto& [path, inode] : visible_) {
        if (!inode) continue;
        inode->cut_power(options_.sector_size, [this, place = inode->number](std::string_view what, std::uint64_t at) {
            return draw(what, mix(place, at));
        });
    }
    // A file whose removal was not durable may come back; its bytes were not visible under a name any more.
    for (const auto& [path, inode] : durable_) {
        if (inode && !visible_.contains(path)) inode->restore(inode->durable());
    }
    keep_or_lose_names();
}

void SimDisk::keep_or_lose_names() {
    std::uint64_t number = 0;
    for (const NameChange& change : changes_) {
        const std::string& name = change.set.empty() ? change.erased.front() : change.set.front().first;
        if (draw("name", mix(hash_name(name), number++)) % 2 == 0) apply(durable_, change);
    }
    changes_.clear();
    // What lies in a folder that was lost is lost with it. Parents sort before their children.
    std::erase_if(durable_, [this](const auto& entry) {
        std::string folder = parent_of(entry.first);
        for (; !folder.empty(); folder = parent_of(folder)) {
            const auto found = durable_.find(folder);
            if (found == durable_.end() || found->second) return true;
        }
        return false;
    });
    visible_ = durable_;
}

std::unique_ptr<SimDisk> SimDisk::copy_durable() const {
    auto copy = std::make_unique<SimDisk>(options_, chance_, DiskSchedule{});
    copy->take_medium_of(*this);
    return copy;
}

void SimDisk::take_medium_of(const SimDisk& other) {
    durable_.clear();
    for (const auto& [path, inode] : other.durable_) {
        std::shared_ptr<SimInode> twin;
        if (inode) {
            twin = std::make_shared<SimInode>(inode->number);
            twin->restore(inode->durable());
        }
        durable_[path] = twin;
    }
    visible_ = durable_;
}

// ---- faults ----

bool SimDisk::fire(DiskFaultKind kind, const std::string& path, net::Duration* extra) {
    bool fired = false;
    for (DiskFault& fault : armed_) {
        if (fault.kind != kind || fault.count == 0) continue;
        if (path.find(fault.path_contains) == std::string::npos) continue;
        if (fault.skip > 0) {
            --fault.skip;
            continue;
        }
        --fault.count;
        ++counters_.faults;
        if (extra) *extra += fault.extra;
        fired = true;
    }
    std::erase_if(armed_, [](const DiskFault& fault) { return fault.count == 0; });
    return fired;
}

void SimDisk::lose_power() {
    power_lost_ = true;
    if (on_power_lost) on_power_lost();
}

Result<void> SimDisk::enter(const char* operation, const std::string& path) {
    if (!running_ || power_lost_) return io_failed(operation, path);
    if (fire(DiskFaultKind::power_cut, path)) {
        lose_power();
        return io_failed(operation, path);
    }
    return {};
}

bool SimDisk::is_armed(DiskFaultKind kind, const std::string& path) const {
    return std::ranges::any_of(armed_, [&](const DiskFault& fault) {
        return fault.kind == kind && fault.count > 0 && path.find(fault.path_contains) != std::string::npos;
    });
}

bool SimDisk::scramble(const std::string& path, std::uint64_t offset, std::uint64_t size, std::uint64_t bits) {
    const auto found = durable_.find(path);
    const bool hit = found != durable_.end() && found->second && found->second->scramble(offset, size, bits);
    if (hit) ++counters_.faults;
    return hit;
}

void SimDisk::evict() {
    for (const auto& [path, inode] : visible_) {
        if (inode) inode->evict();
    }
}

void SimDisk::wipe() {
    CHECK(!running_, "a disk is replaced while the node is down");
    visible_.clear();
    durable_.clear();
    changes_.clear();
    ++counters_.faults;
}

void SimDisk::put_back(const SimDisk& copy) {
    wipe();
    take_medium_of(copy);
}

std::map<std::string, const PagedBytes*> SimDisk::medium() const {
    std::map<std::string, const PagedBytes*> files;
    for (const auto& [path, inode] : durable_) {
        if (inode) files.emplace(path, &inode->durable());
    }
    return files;
}

bool SimDisk::is_durable(const std::string& path) const {
    const auto seen = visible_.find(path);
    const auto kept = durable_.find(path);
    return seen != visible_.end() && kept != durable_.end() && seen->second == kept->second && (!seen->second || seen->second->is_synced());
}

std::vector<std::string> SimDisk::unsynced_names(const std::string& folder) const {
    std::vector<std::string> names;
    for (auto seen = visible_.lower_bound(folder + "/"); seen != visible_.end() && seen->first.starts_with(folder + "/"); ++seen) {
        const auto kept = durable_.find(seen->first);
        if (kept == durable_.end() || kept->second != seen->second) names.push_back(seen->first);
    }
    return names;
}

const PagedBytes* SimDisk::medium(const std::string& path) const {
    const auto found = durable_.find(path);
    return found != durable_.end() && found->second ? &found->second->durable() : nullptr;
}

bool SimDisk::flip_bit(const std::string& path, std::uint64_t offset, unsigned bit) {
    const auto found = durable_.find(path);
    const bool hit = found != durable_.end() && found->second && found->second->flip_bit(offset, bit);
    if (hit) ++counters_.faults;
    return hit;
}

// ---- names ----

void SimDisk::apply(Names& names, const NameChange& change) {
    for (const std::string& path : change.erased) names.erase(path);
    for (const auto& [path, inode] : change.set) names[path] = inode;
}

void SimDisk::change_names(NameChange change) {
    ++counters_.names;
    apply(visible_, change);
    changes_.push_back(std::move(change));
}

bool SimDisk::is_folder(const std::string& path) const {
    if (path.empty()) return true;
    const auto found = visible_.find(path);
    return found != visible_.end() && !found->second;
}

bool SimDisk::has_room(std::uint64_t more) const {
    if (is_full_) return false;
    return !capacity_ || used() + more <= *capacity_;
}

std::uint64_t SimDisk::used() const {
    std::uint64_t used = 0;
    for (const auto& [path, inode] : visible_) used += inode ? inode->visible.size() : 0;
    return used;
}

void SimDisk::leave_room(std::optional<std::uint64_t> bytes) {
    capacity_ = bytes ? std::optional{used() + *bytes} : options_.capacity;
    is_shortage_excused_ = false;
}

Result<std::uint64_t> SimDisk::free_bytes() {
    if (!running_ || power_lost_) return io_failed("look for room on", "the disk");
    constexpr std::uint64_t plenty = std::uint64_t{1} << 40U;
    if (is_full_) return 0;
    return capacity_ ? *capacity_ - std::min(used(), *capacity_) : plenty;
}

Result<std::shared_ptr<net::File>> SimDisk::open(const std::string& raw, net::OpenMode mode) {
    const Result<std::string> path = tidy(raw);
    if (!path) return path.error();
    if (const auto entered = enter("open", *path); !entered) return entered.error();
    const auto found = visible_.find(*path);
    std::shared_ptr<SimInode> inode;
    if (mode == net::OpenMode::create_new || mode == net::OpenMode::create_uncached) {   // there is no cache that would make a difference
        if (found != visible_.end()) return Error{ErrorKind::exists, *path + " exists already"};
        if (path->empty() || !is_folder(parent_of(*path))) return Error{ErrorKind::not_found, "no folder for " + *path};
        const bool refuses = is_full_ || fire(DiskFaultKind::full, *path);
        if (is_full_) ++counters_.faults;
        if (refuses) return Error{ErrorKind::full, "no room to make " + *path};
        inode = std::make_shared<SimInode>(hash_name(*path));
        change_names({{parent_of(*path)}, {{*path, inode}}, {}});
    } else {
        if (found == visible_.end()) return Error{ErrorKind::not_found, "there is no file " + *path};
        if (!found->second) return Error{ErrorKind::refused, *path + " is a folder"};
        inode = found->second;
    }
    return std::shared_ptr<net::File>(
        std::make_shared<SimFile>(alive_, life_, *path, std::move(inode), mode != net::OpenMode::read_only));
}

Result<void> SimDisk::rename(const std::string& raw_from, const std::string& raw_to) {
    const Result<std::string> from = tidy(raw_from);
    const Result<std::string> to = tidy(raw_to);
    if (!from) return from.error();
    if (!to) return to.error();
    if (const auto entered = enter("rename", *from); !entered) return entered;
    const auto found = visible_.find(*from);
    if (found == visible_.end()) return Error{ErrorKind::not_found, "there is no file " + *from};
    if (!found->second) return Error{ErrorKind::refused, *from + " is a folder"};
    if (is_folder(*to) || !is_folder(parent_of(*to))) return Error{ErrorKind::refused, "cannot rename to " + *to};
    change_names({{parent_of(*from), parent_of(*to)}, {{*to, found->second}}, {*from}});
    return {};
}

Result<void> SimDisk::remove(const std::string& raw) {
    const Result<std::string> path = tidy(raw);
    if (!path) return path.error();
    if (const auto entered = enter("remove", *path); !entered) return entered;
    const auto found = visible_.find(*path);
    if (found == visible_.end()) return Error{ErrorKind::not_found, "there is no file " + *path};
    const auto next = visible_.upper_bound(*path + "/");
    if (!found->second && next != visible_.end() && next->first.starts_with(*path + "/")) {
        return Error{ErrorKind::refused, "the folder " + *path + " is not empty"};
    }
    change_names({{parent_of(*path)}, {}, {*path}});
    return {};
}

Result<void> SimDisk::make_directory(const std::string& raw) {
    const Result<std::string> path = tidy(raw);
    if (!path) return path.error();
    if (const auto entered = enter("make the folder", *path); !entered) return entered;
    for (std::size_t end = 0; end < path->size();) {
        end = std::min(path->find('/', end + 1), path->size());
        const std::string folder = path->substr(0, end);
        if (is_folder(folder)) continue;
        if (visible_.contains(folder)) return Error{ErrorKind::exists, folder + " is a file"};
        change_names({{parent_of(folder)}, {{folder, nullptr}}, {}});
    }
    return {};
}

Result<void> SimDisk::sync_directory(const std::string& raw) {
    const Result<std::string> path = tidy(raw);
    if (!path) return path.error();
    if (const auto entered = enter("sync the folder", *path); !entered) return entered;
    if (!is_folder(*path)) return Error{ErrorKind::not_found, "there is no folder " + *path};
    ++counters_.directory_syncs;
    if (fire(DiskFaultKind::sync_error, *path + "/")) return io_failed("sync the folder", *path);
    std::vector<NameChange> rest;
    for (NameChange& change : changes_) {
        change.folders.erase(*path);
        if (change.folders.empty()) {
            apply(durable_, change);
        } else {
            rest.push_back(std::move(change));
        }
    }
    changes_ = std::move(rest);
    return {};
}

Result<std::vector<std::string>> SimDisk::list(const std::string& raw) {
    const Result<std::string> path = tidy(raw);
    if (!path) return path.error();
    if (const auto entered = enter("list", *path); !entered) return entered.error();
    if (!is_folder(*path)) return Error{ErrorKind::not_found, "there is no folder " + *path};
    std::vector<std::string> names;
    for (const auto& [name, inode] : visible_) {
        if (parent_of(name) != *path) continue;
        names.push_back(path->empty() ? name : name.substr(path->size() + 1));
    }
    return names;
}

bool SimDisk::exists(const std::string& raw) {
    const Result<std::string> path = tidy(raw);
    return path && running_ && !power_lost_ && (path->empty() || visible_.contains(*path));
}

Result<std::unique_ptr<net::FolderLock>> SimDisk::lock(const std::string& raw) {
    const Result<std::string> path = tidy(raw);
    if (!path) return path.error();
    if (const auto entered = enter("lock", *path); !entered) return entered.error();
    if (!locks_.insert(*path).second) return Error{ErrorKind::refused, "another process holds the folder " + *path};
    return std::unique_ptr<net::FolderLock>(
        std::make_unique<SimFolderLock>([alive = alive_, life = life_, name = *path] {
            if (*alive && (*alive)->life_ == life) (*alive)->locks_.erase(name);
        }));
}

std::string SimDisk::native_path(const std::string& path) const {
    return "/simdisk-" + std::to_string(id_) + "/" + path;
}

// ---- bytes ----

Result<std::size_t> SimDisk::read(SimFile& file, std::uint64_t offset, std::span<std::byte> bytes) {
    if (const auto entered = enter("read", file.path()); !entered) return entered.error();
    ++counters_.reads;
    if (fire(DiskFaultKind::read_error, file.path())) return io_failed("read", file.path());
    return file.inode().visible.read(offset, bytes);
}

Result<void> SimDisk::write(SimFile& file, std::uint64_t offset, net::ByteView bytes) {
    if (!running_ || power_lost_ || !file.writable()) return io_failed("write", file.path());
    ++counters_.writes;
    SimInode& inode = file.inode();
    const std::uint64_t place = mix(inode.number, inode.last_change());
    if (fire(DiskFaultKind::power_cut, file.path())) {
        inode.write(offset, bytes.first(draw("cut write", place) % (bytes.size() + 1)));
        lose_power();
        return io_failed("write", file.path());
    }
    const std::uint64_t end = offset + bytes.size();
    const bool grows = end > inode.visible.size();
    const bool lacks_room = grows && !has_room(end - inode.visible.size());
    if (lacks_room && (is_full_ || is_shortage_excused_)) ++counters_.faults;
    if (fire(DiskFaultKind::full, file.path()) || lacks_room) {
        return Error{ErrorKind::full, "no room left for " + file.path()};
    }
    if (fire(DiskFaultKind::write_error, file.path())) {
        inode.write(offset, bytes.first(draw("short write", place) % (bytes.size() + 1)));
        return io_failed("write", file.path());
    }
    inode.write(offset, bytes);
    return {};
}

Result<void> SimDisk::truncate(SimFile& file, std::uint64_t size) {
    if (const auto entered = enter("truncate", file.path()); !entered) return entered;
    if (!file.writable()) return io_failed("truncate", file.path());
    ++counters_.writes;
    file.inode().truncate(size);
    return {};
}

Result<void> SimDisk::sync(SimFile& file, std::uint64_t through) {
    if (!running_ || power_lost_) return io_failed("sync", file.path());
    ++counters_.syncs;
    if (fire(DiskFaultKind::power_cut, file.path())) {
        // Durable or not, the caller never learns.
        if (draw("cut sync", mix(file.inode().number, through)) % 2 == 0) file.inode().sync(through);
        lose_power();
        return io_failed("sync", file.path());
    }
    if (fire(DiskFaultKind::sync_error, file.path())) {
        file.inode().fail_sync(through);
        return io_failed("sync", file.path());
    }
    make_durable(file, through);
    if (on_synced) on_synced(file.path());
    return {};
}

void SimDisk::make_durable(SimFile& file, std::uint64_t through) {
    if (!sync_elsewhere(file, through)) file.inode().sync(through);
    const std::uint64_t size = file.inode().durable().size();
    if (size > 0 && fire(DiskFaultKind::rots, file.path())) {
        const std::uint64_t bits = draw("rots", mix(file.inode().number, through));
        file.inode().flip_bit((bits >> 3U) % size, static_cast<unsigned>(bits % 8));
        file.inode().evict();
    }
}

// The fault looks for a block that the world lets it hit; until there is one it stays armed.
bool SimDisk::sync_elsewhere(SimFile& file, std::uint64_t through) {
    if (!misdirect || !is_armed(DiskFaultKind::misdirected, file.path())) return false;
    const std::vector<std::uint64_t> blocks = file.inode().unsynced_blocks(through, misdirected_block);
    if (blocks.empty()) return false;
    const std::uint64_t from = blocks[draw("misdirected", mix(file.inode().number, through)) % blocks.size()];
    const auto to = misdirect(file.path(), from);
    if (!to || !fire(DiskFaultKind::misdirected, file.path())) return false;
    file.inode().sync_misdirected(through, from, *to, misdirected_block);
    return true;
}

// ---- the asynchronous face: one write at a time, in order, as with one disk thread ----

net::Duration SimDisk::cost_of(SimFile& file, std::size_t bytes) {
    net::Duration cost = options_.sync_latency + extra_latency_;
    const auto jitter = static_cast<std::uint64_t>(options_.sync_jitter.count());
    const std::uint64_t place = mix(file.inode().number, file.inode().last_change());
    if (jitter > 0) cost += net::Duration{static_cast<std::int64_t>(draw("latency", place) % jitter)};
    cost += options_.latency_per_mib * static_cast<std::int64_t>(bytes / 1024) / 1024;
    net::Duration stall{};
    fire(DiskFaultKind::stall, file.path(), &stall);
    return cost + stall;
}

void SimDisk::write_and_sync(std::shared_ptr<net::File> file, std::uint64_t offset,
                             std::vector<net::SharedBytes> buffers, net::Function<void(Result<void>)> done) {
    auto sim_file = std::dynamic_pointer_cast<SimFile>(std::move(file));
    CHECK(sim_file != nullptr, "a file of another disk");
    if (!running_) return;   // the caller is dead; nobody waits for the answer
    Submitted submitted;
    std::size_t size = 0;
    for (const net::SharedBytes& buffer : buffers) {
        if (!submitted.written) break;
        submitted.written = sim_file->write(offset + size, *buffer);
        size += buffer->size();
    }
    submitted.last_change = sim_file->inode().last_change();
    submitted.cost = cost_of(*sim_file, size);
    submitted.file = std::move(sim_file);
    submitted.done = std::move(done);
    submitted_.push_back(std::move(submitted));
    start_next();
}

void SimDisk::start_next() {
    if (completing_ || submitted_.empty()) return;
    CHECK(schedule_ != nullptr, "write_and_sync needs a schedule");
    completing_ = true;
    schedule_(submitted_.front().cost, [alive = alive_, life = life_] {
        SimDisk* disk = *alive;
        if (!disk || disk->life_ != life || disk->submitted_.empty()) return;
        Submitted submitted = std::move(disk->submitted_.front());
        disk->submitted_.pop_front();
        disk->complete(std::move(submitted));
    });
}

void SimDisk::complete(Submitted submitted) {
    completing_ = false;
    Result<void> result = submitted.written;
    if (result) result = submitted.file->disk() ? sync(*submitted.file, submitted.last_change)
                                                : Result<void>(io_failed("sync", submitted.file->path()));
    start_next();
    submitted.done(result);
}

}  // namespace parley::sim
