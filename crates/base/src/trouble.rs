//! What the operating system's refusals mean, in Chinese words that an office can act on. Serves all clauses.
//!
//! Only words: nothing is opened or retried here.

use std::io::{Error, ErrorKind};

/// Why a file or a connection could not be used. Rare kinds keep the number by which an administrator can look
/// them up.
pub fn why(error: &Error) -> String {
    let words = match error.kind() {
        ErrorKind::NotFound => "没有这个文件或文件夹",
        ErrorKind::PermissionDenied => "没有权限",
        ErrorKind::StorageFull | ErrorKind::WriteZero => "磁盘已满",
        ErrorKind::QuotaExceeded => "超出磁盘配额",
        ErrorKind::FileTooLarge => "文件超过了文件系统的大小上限",
        ErrorKind::ReadOnlyFilesystem => "所在磁盘是只读的",
        ErrorKind::NotADirectory => "路径中有一段是文件，不是文件夹",
        ErrorKind::IsADirectory => "这是文件夹，不是文件",
        ErrorKind::AlreadyExists => "已有同名的文件",
        ErrorKind::InvalidFilename => "文件名不合规定或太长",
        ErrorKind::AddrInUse => "端口已被别的程序占用",
        ErrorKind::AddrNotAvailable => "本机没有这个地址",
        ErrorKind::BrokenPipe => "接收输出的程序已退出",
        ErrorKind::OutOfMemory => "内存不足",
        ErrorKind::TimedOut => "超时",
        ErrorKind::UnexpectedEof => "文件不完整",
        ErrorKind::InvalidData => "内容不是应有的格式",
        _ => return other(error),
    };
    words.to_owned()
}

fn other(error: &Error) -> String {
    match error.raw_os_error() {
        // Linux errno(3): EMFILE and ENFILE have no kind of their own.
        Some(23 | 24) => "打开的文件太多，请提高系统的文件数上限".to_owned(),
        Some(code) => format!("系统错误 {code}"),
        None => format!("读写出错（{error}）"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_of_the_system_are_told_in_chinese() {
        let check = |code, expected: &str| assert_eq!(why(&Error::from_raw_os_error(code)), expected);
        check(2, "没有这个文件或文件夹");
        check(13, "没有权限");
        check(20, "路径中有一段是文件，不是文件夹");
        check(24, "打开的文件太多，请提高系统的文件数上限");
        check(28, "磁盘已满");
        check(30, "所在磁盘是只读的");
        check(71, "系统错误 71");
        assert_eq!(why(&Error::other("x")), "读写出错（x）");
    }
}
