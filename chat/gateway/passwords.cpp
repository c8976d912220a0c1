#include "chat/gateway/passwords.hpp"

#include <array>

#include <fmt/format.h>
#include <sodium.h>

namespace parley::chat {
namespace {

using Salt = std::array<unsigned char, crypto_pwhash_SALTBYTES>;

std::string base64(const unsigned char* bytes, std::size_t size) {
    constexpr int variant = sodium_base64_VARIANT_ORIGINAL_NO_PADDING;
    std::string text(sodium_base64_encoded_len(size, variant), '\0');
    sodium_bin2base64(text.data(), text.size(), bytes, size, variant);
    text.pop_back();   // the terminating zero
    return text;
}

std::string argon2id(const std::string& password, const Salt& salt, const PasswordCost& cost) {
    std::array<unsigned char, 32> hash{};
    const int failed = crypto_pwhash(hash.data(), hash.size(), password.data(), password.size(), salt.data(),
                                     cost.passes, cost.memory_bytes, crypto_pwhash_ALG_ARGON2ID13);
    if (failed != 0) return {};
    return fmt::format("$argon2id$v=19$m={},t={},p=1${}${}", cost.memory_bytes / 1024, cost.passes,
                       base64(salt.data(), salt.size()), base64(hash.data(), hash.size()));
}

}  // namespace

struct Passwords::Job {
    std::string password;
    std::string stored;
    Salt salt{};
    std::string hash;
    bool right = false;

    Job(std::string given, std::string expected) : password(std::move(given)), stored(std::move(expected)) {}
    Job(const Job&) = delete;
    Job& operator=(const Job&) = delete;
    ~Job() { wipe(); }
    void wipe() {
        sodium_memzero(password.data(), password.size());
        password.clear();
    }
};

Passwords::Passwords(net::Worker& worker, net::Secrets& secrets, PasswordCost cost, std::uint32_t queued_max)
    : worker_(worker), secrets_(secrets), cost_(cost), queued_max_(queued_max), queued_(std::make_shared<std::uint32_t>(0)) {
    CHECK(sodium_init() >= 0, "libsodium cannot start");
}

bool Passwords::run(std::shared_ptr<Job> job, net::Task compute, net::Task done) {
    if (*queued_ >= queued_max_) return false;
    ++*queued_;
    worker_.run(std::move(compute), [job = std::move(job), queued = queued_, done = std::move(done)]() mutable {
        --*queued;
        done();
    });
    return true;
}

bool Passwords::hash(std::string password, net::Function<void(std::string)> done) {
    auto job = std::make_shared<Job>(std::move(password), std::string{});
    secrets_.fill(std::as_writable_bytes(std::span{job->salt}));
    auto compute = [job, cost = cost_] {
        job->hash = argon2id(job->password, job->salt, cost);
        job->wipe();
    };
    return run(job, std::move(compute), [job, done = std::move(done)]() mutable { done(std::move(job->hash)); });
}

bool Passwords::verify(std::string password, std::string stored, net::Function<void(bool)> done) {
    auto job = std::make_shared<Job>(std::move(password), std::move(stored));
    auto compute = [job, cost = cost_] {
        if (job->stored.empty()) {
            argon2id(job->password, job->salt, cost);
        } else {
            job->right = crypto_pwhash_str_verify(job->stored.c_str(), job->password.data(), job->password.size()) == 0;
        }
        job->wipe();
    };
    return run(job, std::move(compute), [job, done = std::move(done)]() mutable { done(job->right); });
}

}  // namespace parley::chat
