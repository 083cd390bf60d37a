namespace LiveComments.Server.Auth;

/// <summary>Where in the data folder the keys are.</summary>
internal static class KeyFolders
{
    public static string Signing(string data) => Path.Combine(data, "keys", "signing");

    public static string Protection(string data) => Path.Combine(data, "keys", "protection");
}
