"""What talks to other machines: the mail server, or the folder that stands for one."""
