//! The usual names of an access log's members, without case and punctuation.

/// What a member holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Slot {
    Agent,
    Client,
    ClientPort,
    Duration,
    Forwarded,
    Host,
    Message,
    Method,
    Millis,
    Protocol,
    Query,
    Received,
    Referer,
    RequestId,
    RequestLine,
    RequestTime,
    Sent,
    Server,
    ServerPort,
    Status,
    Target,
    Time,
    TlsCipher,
    TlsVersion,
    User,
}

impl Slot {
    /// How many there are.
    pub const COUNT: usize = Slot::User as usize + 1;
}

/// Longer names are none of ours.
pub const NAME_MAX: usize = 48;

/// What a name stands for, and how well: 0 is best.
pub fn slot(name: &[u8]) -> Option<(Slot, u8)> {
    let found = match name {
        b"remoteaddr" | b"requestremoteip" | b"requestremoteaddr" | b"remoteip" => {
            (Slot::Client, 0)
        }
        b"clientip"
        | b"clienthost"
        | b"sourceip"
        | b"srcip"
        | b"cip"
        | b"clientaddress"
        | b"downstreamremoteaddress"
        | b"remoteaddress"
        | b"httprequestremoteip"
        | b"networkclientip"
        | b"clientaddr" => (Slot::Client, 1),
        b"requestclientip" | b"remotehost" | b"sourceaddress" | b"peeraddr" => (Slot::Client, 2),
        b"client" | b"ip" | b"realip" | b"remote" | b"hclient" => (Slot::Client, 3),
        b"remoteport" | b"clientport" | b"requestremoteport" | b"sourceport" => {
            (Slot::ClientPort, 0)
        }
        b"method"
        | b"requestmethod"
        | b"httpmethod"
        | b"verb"
        | b"csmethod"
        | b"httprequestmethod"
        | b"httprequestrequestmethod" => (Slot::Method, 0),
        b"requestline" | b"requestfirstline" | b"firstline" | b"request" | b"httprequest" => {
            (Slot::RequestLine, 0)
        }
        b"requesturi" | b"uri" | b"originaluri" | b"urloriginal" | b"csuri" => (Slot::Target, 0),
        b"requesturl"
        | b"url"
        | b"httpurl"
        | b"httprequestrequesturl"
        | b"target"
        | b"requesttarget" => (Slot::Target, 1),
        b"xenvoyoriginalpath"
        | b"xenvoyoriginpath"
        | b"requestpath"
        | b"path"
        | b"urlpath"
        | b"csuristem"
        | b"uripath"
        | b"resourcepath" => (Slot::Target, 2),
        b"query" | b"querystring" | b"args" | b"urlquery" | b"uriquery" | b"csuriquery"
        | b"requestquery" => (Slot::Query, 0),
        b"protocol"
        | b"proto"
        | b"serverprotocol"
        | b"requestprotocol"
        | b"requestproto"
        | b"httpversion"
        | b"httprequestprotocol" => (Slot::Protocol, 0),
        b"status"
        | b"statuscode"
        | b"downstreamstatus"
        | b"httpstatus"
        | b"httpstatuscode"
        | b"responsecode"
        | b"httpresponsestatuscode"
        | b"scstatus"
        | b"responsestatuscode"
        | b"httprequeststatus" => (Slot::Status, 0),
        b"responsestatus" | b"response" | b"code" => (Slot::Status, 1),
        b"bytessent"
        | b"bodybytessent"
        | b"downstreamcontentsize"
        | b"responsesize"
        | b"responselength"
        | b"scbytes"
        | b"byteswritten"
        | b"httpresponsebodybytes"
        | b"httprequestresponsesize" => (Slot::Sent, 0),
        b"bytes" | b"size" | b"bodybytes" | b"responsebytes" | b"bytesout" => (Slot::Sent, 1),
        b"bytesreceived"
        | b"requestlength"
        | b"requestsize"
        | b"bytesread"
        | b"requestcontentsize"
        | b"csbytes"
        | b"bytesin"
        | b"httprequestrequestsize" => (Slot::Received, 0),
        _ => return person(name).or_else(|| moment(name)),
    };
    Some(found)
}

/// Names of who asked for what, through whom.
fn person(name: &[u8]) -> Option<(Slot, u8)> {
    let found = match name {
        b"httpreferer"
        | b"httpreferrer"
        | b"referer"
        | b"referrer"
        | b"requestheadersreferer"
        | b"requestreferer"
        | b"httprequestreferrer"
        | b"httprequestreferer" => (Slot::Referer, 0),
        b"httpuseragent"
        | b"useragent"
        | b"requestheadersuseragent"
        | b"requestuseragent"
        | b"useragentoriginal"
        | b"httprequestuseragent" => (Slot::Agent, 0),
        b"ua" | b"agent" => (Slot::Agent, 1),
        b"httphost"
        | b"requesthost"
        | b"authority"
        | b"vhost"
        | b"virtualhost"
        | b"urldomain"
        | b"requestheadershost" => (Slot::Host, 0),
        b"host" | b"servername" | b"domain" | b"domainname" => (Slot::Host, 1),
        b"remoteuser" | b"clientusername" | b"authuser" | b"requestuser" => (Slot::User, 0),
        b"user" | b"username" | b"userid" => (Slot::User, 1),
        b"httpxforwardedfor"
        | b"xforwardedfor"
        | b"requestheadersxforwardedfor"
        | b"requestxforwardedfor"
        | b"forwardedfor"
        | b"xff" => (Slot::Forwarded, 0),
        b"requestid" | b"xrequestid" | b"httpxrequestid" | b"requestheadersxrequestid" => {
            (Slot::RequestId, 0)
        }
        b"rid" | b"reqid" | b"traceid" | b"xamzntraceid" | b"httpxamzntraceid" | b"trace"
        | b"correlationid" | b"uuid" => (Slot::RequestId, 1),
        b"upstreamaddr" | b"serviceaddr" | b"upstreamhost" | b"upstream" | b"serveraddr"
        | b"serverip" => (Slot::Server, 0),
        b"serverport" => (Slot::ServerPort, 0),
        b"sslprotocol" | b"tlsversion" | b"downstreamtlsversion" => (Slot::TlsVersion, 0),
        b"sslcipher" | b"tlscipher" | b"downstreamtlscipher" => (Slot::TlsCipher, 0),
        _ => return None,
    };
    Some(found)
}

/// Names of when, how long, and of what else is said.
fn moment(name: &[u8]) -> Option<(Slot, u8)> {
    let found = match name {
        b"timeiso8601" | b"starttime" | b"startutc" | b"timestamp" | b"ts" | b"datetime" => {
            (Slot::Time, 0)
        }
        b"time" | b"msec" | b"eventtime" | b"timelocal" | b"date" | b"startlocal" => {
            (Slot::Time, 1)
        }
        // Seconds for nginx, the time of the request for an API gateway.
        b"requesttime" | b"rt" => (Slot::RequestTime, 0),
        b"durationms" | b"durms" | b"requesttimems" | b"responsetimems" | b"latencyms"
        | b"timetakenms" | b"elapsedms" | b"responselatency" => (Slot::Millis, 0),
        b"duration" => (Slot::Duration, 0),
        b"message" | b"msg" => (Slot::Message, 0),
        b"event" => (Slot::Message, 1),
        _ => return None,
    };
    Some(found)
}
