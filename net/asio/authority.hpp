// Authority: the cluster's own certificate authority (EC P-256). Issues the certificates of replicas and operators.
// Its private key never travels: only `parley up`, `parleyd init` and the join of a node use it.
#pragma once

#include <memory>
#include <string>
#include <vector>

namespace parley::net {

struct Credentials {
    std::string certificate_pem;
    std::string key_pem;
};

// Everything here throws std::runtime_error with a sentence: it runs at set-up, in front of a person.
class Authority {
public:
    // A new key and a self-signed certificate, valid for ten years.
    static Authority create(const std::string& cluster_name);
    static Authority load(const std::string& certificate_file, const std::string& key_file);

    // CN = the node id as 16 hexadecimal digits, OU = "replica"; may act as server and as client.
    // `names`: host names and addresses it is reached at; 127.0.0.1, ::1 and localhost are always added.
    [[nodiscard]] Credentials issue_replica(const std::string& node_id_hex, const std::vector<std::string>& names) const;
    // CN = name, OU = "operator"; may act as client only.
    [[nodiscard]] Credentials issue_operator(const std::string& name) const;

    [[nodiscard]] const std::string& certificate_pem() const { return own_.certificate_pem; }
    [[nodiscard]] const std::string& key_pem() const { return own_.key_pem; }
    [[nodiscard]] std::string fingerprint() const;

private:
    explicit Authority(Credentials own) : own_(std::move(own)) {}
    Credentials own_;
};

// SHA-256 of the first certificate in the text, as 64 lower-case hexadecimal digits.
std::string fingerprint_of(const std::string& certificate_pem);

// Writes a file that only its owner may read (0600): whole or not at all, durable when this returns.
void write_private_file(const std::string& path, const std::string& text);

}  // namespace parley::net
