// Authority: the cluster's own certificate authority (EC P-256). Issues the certificates of replicas and operators.
// Its private key never travels: only `parley up`, `parleyd init` and the join of a node use it.
#pragma once

#include <memory>
#include <string>
#include <vector>

namespace parley::net {

// How long a certificate is valid if nobody says otherwise.
inline constexpr long certificate_days = 10L * 365;

struct Credentials {
    std::string certificate_pem;
    std::string key_pem;
};

// Everything here throws std::runtime_error with a sentence: it runs at set-up, in front of a person.
class Authority {
public:
    // A new key and a self-signed certificate, valid for ten years. Another `organisation` is no cluster's authority
    // (is_cluster_authority): for trying what is done with those.
    static Authority create(const std::string& cluster_name, const std::string& organisation = "Parley");
    static Authority load(const std::string& certificate_file, const std::string& key_file);

    // CN = the node id as 16 hexadecimal digits, OU = "replica"; may act as server and as client.
    // `names`: host names and addresses it is reached at; 127.0.0.1, ::1 and localhost are always added.
    // `days` from now on; a negative number makes one that has expired, for tests.
    [[nodiscard]] Credentials issue_replica(const std::string& node_id_hex, const std::vector<std::string>& names,
                                            long days = certificate_days) const;
    // With a new key, for the replica that has this certificate, of this authority or an older one, and for all its names.
    [[nodiscard]] Credentials renew_replica(const std::string& certificate_pem, long days = certificate_days) const;
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

// A certificate of parleyd or of a cluster's operator, and no other authority's: it may answer at any address.
bool is_cluster_authority(const std::string& certificate_pem);

// Writes a file that only its owner may read (0600): whole or not at all, durable when this returns.
void write_private_file(const std::string& path, const std::string& text);

}  // namespace parley::net
