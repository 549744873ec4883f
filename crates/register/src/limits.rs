//! Settings of `register serve` that bound what one address, token or body may do.

use api::{IpNet, Limits, Proxies, ProxyHeader, Quotas};
use clap::Args;

/// Limits, quotas and proxies.
#[derive(Debug, Default, Args)]
pub(crate) struct LimitArguments {
    /// Proxies in front of the register, as addresses or networks such as 10.0.0.0/8. What they say about where a
    /// request came from counts; nobody else's word does
    #[arg(
        long,
        env = "REGISTER_TRUSTED_PROXIES",
        value_name = "NETWORK",
        value_delimiter = ',',
        value_parser = api::network_of_proxies
    )]
    trusted_proxy: Vec<IpNet>,
    /// The header in which they say it: X-Forwarded-For or Forwarded [default: X-Forwarded-For]
    #[arg(long, env = "REGISTER_PROXY_HEADER", value_name = "HEADER")]
    proxy_header: Option<ProxyHeader>,
    /// Requests per minute and address that are not answered from memory; 0 sets no limit [default: 30000]
    #[arg(long, env = "REGISTER_LIMIT_REQUESTS", value_name = "N")]
    limit_requests: Option<u32>,
    /// Requests per minute and token; 0 sets no limit [default: 12000]
    #[arg(long, env = "REGISTER_LIMIT_TOKEN", value_name = "N")]
    limit_token: Option<u32>,
    /// Attempts to sign in per minute and address; 0 sets no limit [default: 60]
    #[arg(long, env = "REGISTER_LIMIT_SIGN_INS", value_name = "N")]
    limit_sign_ins: Option<u32>,
    /// Exports per minute and address; 0 sets no limit [default: 300]
    #[arg(long, env = "REGISTER_LIMIT_EXPORTS", value_name = "N")]
    limit_exports: Option<u32>,
    /// Proposed corrections per hour and address; 0 sets no limit [default: 20]
    #[arg(long, env = "REGISTER_LIMIT_CORRECTIONS", value_name = "N")]
    limit_corrections: Option<u32>,
    /// MiB that the documents of one body may have together; 0 sets no limit [default: 10240]
    #[arg(long, env = "REGISTER_QUOTA_DOCUMENTS", value_name = "MIB")]
    quota_documents: Option<u64>,
    /// Drafts and submissions in progress that one body may have; 0 sets no limit [default: 10000]
    #[arg(long, env = "REGISTER_QUOTA_DRAFTS", value_name = "N")]
    quota_drafts: Option<u64>,
    /// Working tokens that the people of one body may have; 0 sets no limit [default: 500]
    #[arg(long, env = "REGISTER_QUOTA_TOKENS", value_name = "N")]
    quota_tokens: Option<u64>,
    /// Webhooks that the people of one body may have; 0 sets no limit [default: 100]
    #[arg(long, env = "REGISTER_QUOTA_WEBHOOKS", value_name = "N")]
    quota_webhooks: Option<u64>,
}

impl LimitArguments {
    pub(crate) fn limits(&self) -> Limits {
        let usual = Limits::default();
        Limits {
            requests: self.limit_requests.unwrap_or(usual.requests),
            of_token: self.limit_token.unwrap_or(usual.of_token),
            sign_ins: self.limit_sign_ins.unwrap_or(usual.sign_ins),
            exports: self.limit_exports.unwrap_or(usual.exports),
            corrections: self.limit_corrections.unwrap_or(usual.corrections),
        }
    }

    pub(crate) fn quotas(&self) -> Quotas {
        let usual = Quotas::default();
        Quotas {
            documents: self.quota_documents.unwrap_or(usual.documents),
            drafts: self.quota_drafts.unwrap_or(usual.drafts),
            tokens: self.quota_tokens.unwrap_or(usual.tokens),
            webhooks: self.quota_webhooks.unwrap_or(usual.webhooks),
        }
    }

    pub(crate) fn proxies(&self) -> Proxies {
        Proxies { trusted: self.trusted_proxy.clone(), header: self.proxy_header.unwrap_or_default() }
    }
}
