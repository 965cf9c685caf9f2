//! Which entities have habits, and in what.

/// What kind of entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Who calls AWS: a role (all its sessions) or a user.
    Principal,
    /// A user of a host, a database, an application, an identity provider.
    User,
    /// A machine, by its address or name.
    Host,
    /// A site, as requests name it.
    Service,
    /// A route of a site.
    Route,
    /// Entities that are alike.
    Peers,
    /// All entities of a kind in an account, or all there are.
    Everybody,
}

impl Kind {
    /// Every kind; the place is its number in files.
    pub const ALL: [Kind; 7] = [
        Kind::Principal,
        Kind::User,
        Kind::Host,
        Kind::Service,
        Kind::Route,
        Kind::Peers,
        Kind::Everybody,
    ];

    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Principal => "principal",
            Kind::User => "user",
            Kind::Host => "host",
            Kind::Service => "service",
            Kind::Route => "route",
            Kind::Peers => "peers",
            Kind::Everybody => "everybody",
        }
    }
}

macro_rules! features {
    ($($name:ident $word:literal $english:literal $japanese:literal $spread:literal;)*) => {
        /// In what an entity has habits.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[allow(missing_docs)]
        pub enum Feature { $($name),* }

        impl Feature {
            /// Every feature; the place is its number in files. New ones are added at the end.
            pub const ALL: &'static [Feature] = &[$(Feature::$name),*];

            /// Its word.
            pub fn word(self) -> &'static str {
                match self { $(Feature::$name => $word),* }
            }

            /// What it is called in sentences, English and Japanese.
            pub fn name(self) -> [&'static str; 2] {
                match self { $(Feature::$name => [$english, $japanese]),* }
            }

            /// Among how many values a value lies that nobody has ever seen here: the shipped
            /// prior, one part of so many.
            pub fn spread(self) -> f64 {
                match self { $(Feature::$name => $spread),* }
            }
        }
    };
}

features! {
    Action   "action"    "action"                       "操作"             64.0;
    Service  "service"   "AWS service"                  "AWS サービス"     32.0;
    Failure  "failure"   "kind of failure"              "エラーの種類"     16.0;
    Region   "region"    "region"                       "リージョン"       16.0;
    Network  "network"   "network it comes from"        "接続元ネットワーク" 64.0;
    Country  "country"   "country it comes from"        "接続元の国"       32.0;
    System   "as"        "operator of its network (AS)" "接続元の事業者（AS）" 64.0;
    Agent    "agent"     "program it calls with"        "クライアントの種類" 32.0;
    Hours    "hours"     "hours of the day"             "時間帯"           12.0;
    Way      "way"       "way of authentication"        "認証の方法"       16.0;
    Assumed  "assumed"   "role it takes on"             "引き受けるロール" 32.0;
    Resource "resource"  "kind and account of resource" "リソースの種類とアカウント" 32.0;
    Port     "port"      "port and direction"           "ポートと方向"     64.0;
    Peer     "peer"      "network it speaks to"         "通信先ネットワーク" 128.0;
    Domain   "domain"    "domain it asks for"           "問い合わせるドメイン" 128.0;
    Path     "route"     "route"                        "ルート"           64.0;
    Params   "parameter" "parameter and form of value"  "パラメータと値の形" 32.0;
    Machine  "machine"   "machine it logs in to"        "ログイン先ホスト" 32.0;
    Program  "program"   "program it runs"              "実行するプログラム" 64.0;
    Table    "table"     "statement and table"          "文とテーブル"     64.0;
}
