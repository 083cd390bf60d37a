using System.CommandLine;
using LiveComments.Server.Auth.Tokens;
using Microsoft.Extensions.Logging.Abstractions;

namespace LiveComments.Server.Commands;

/// <summary><c>keys</c>: changes what access tokens are signed with; a running server follows within two seconds.</summary>
internal static class KeysCommand
{
    public static void AddTo(RootCommand root, CommandLine line)
    {
        Option<bool> removeOld = new("--remove-old")
        {
            Description = "Also removes every older key, for when one was stolen: the tokens they signed, printed ones too, are refused within a minute. Log-ins stay; their next refresh brings a new token.",
        };
        Command rotate = new("rotate", "Adds a signing key, which signs from now on. Tokens of older keys stay valid until they expire.") { removeOld };
        rotate.SetAction(result =>
        {
            var folder = line.Folder(result);
            folder.MustExist();
            folder.MustBeOwn();
            folder.Create();
            var keys = new SigningKeys(folder.SigningKeys, TimeProvider.System, NullLogger<SigningKeys>.Instance);
            var kid = keys.Rotate();
            if (result.GetValue(removeOld))
                keys.RemoveOld();
            Console.Out.WriteLine(kid);
        });
        root.Subcommands.Add(new Command("keys", "The keys that access tokens are signed with; also beside a running server.") { rotate });
    }
}
