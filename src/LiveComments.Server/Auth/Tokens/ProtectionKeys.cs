using System.Xml.Linq;
using LiveComments.Server.Files;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace LiveComments.Server.Auth.Tokens;

/// <summary>
/// Stores the Data Protection keys in a folder, flushed to disk, because an authenticator's secret is lost with its key. The framework's own class does not flush them.
/// </summary>
internal sealed class ProtectionKeys(string folder, ILoggerFactory logs) : FileSystemXmlRepository(new DirectoryInfo(folder), logs)
{
    /// <exception cref="IOException">The key may not be on the disk; nothing is protected with it.</exception>
    public override void StoreElement(XElement element, string friendlyName)
    {
        base.StoreElement(element, friendlyName);
        // There is one for every 90 days.
        foreach (var path in System.IO.Directory.EnumerateFiles(folder, "*.xml"))
            using (var file = File.OpenRead(path))
                Fsync.File(file);
        Fsync.Folder(folder);
    }
}
