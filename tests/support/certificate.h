#pragma once
// A self-signed certificate for 127.0.0.1, made in place: none to keep, and none to expire.

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <string>

namespace ridgeline::test {

/// Writes PREFIX.crt and PREFIX.key; false when OpenSSL would not.
inline bool write_certificate(const std::string& prefix) {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = X509_new();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  X509_set_pubkey(certificate, key);
  X509_NAME* name = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("test"), -1, -1,
                             0);
  X509_set_issuer_name(certificate, name);
  X509_EXTENSION* address = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "IP:127.0.0.1");
  X509_add_ext(certificate, address, -1);
  bool written = X509_sign(certificate, key, EVP_sha256()) > 0;
  std::FILE* file = std::fopen((prefix + ".crt").c_str(), "w");
  written = written && file != nullptr && PEM_write_X509(file, certificate) == 1;
  if (file != nullptr) std::fclose(file);
  file = std::fopen((prefix + ".key").c_str(), "w");
  written = written && file != nullptr &&
            PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr) == 1;
  if (file != nullptr) std::fclose(file);
  X509_EXTENSION_free(address);
  X509_free(certificate);
  EVP_PKEY_free(key);
  return written;
}

}  // namespace ridgeline::test
